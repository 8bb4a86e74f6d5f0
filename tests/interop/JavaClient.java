import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * JavaClient PORT USER PASSWORD: a client of the API on the classes of the JDK alone, for an agent
 * that runs shop:web (managed, through supvisors-exec, RUNNING) and shop:idle (STOPPED).
 *
 * Values become the Java types that the published clients cast to: int Integer, double Double,
 * boolean Boolean, string String, array Object[], struct Map. Every field is then cast as they do: a
 * wrong type fails even when the number is right. Prints a line per check; status 1 if one failed.
 */
public class JavaClient {
    static class Fault extends Exception {
        final int code;

        Fault(int code, String text) {
            super(text);
            this.code = code;
        }
    }

    // --- XML-RPC ---

    private final URL url;
    private final String authorization;

    JavaClient(String port, String user, String password) throws IOException {
        url = new URL("http://127.0.0.1:" + port + "/RPC2");
        final byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    Object call(String method, Object... parameters) throws Exception {
        final StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><methodCall><methodName>")
                .append(method).append("</methodName><params>");
        for (Object parameter : parameters) {
            xml.append("<param>").append(encode(parameter)).append("</param>");
        }
        xml.append("</params></methodCall>");
        final HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setRequestMethod("POST");
        connection.setReadTimeout(30_000);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "text/xml");
        connection.setRequestProperty("Authorization", authorization);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(xml.toString().getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = connection.getInputStream()) {
            return decode(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in)
                    .getDocumentElement());
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    static String encode(Object value) {
        final StringBuilder xml = new StringBuilder("<value>");
        if (value instanceof Integer) {
            xml.append("<i4>").append(value).append("</i4>");
        } else if (value instanceof Boolean) {
            xml.append("<boolean>").append((Boolean) value ? 1 : 0).append("</boolean>");
        } else if (value instanceof Object[]) {
            xml.append("<array><data>");
            for (Object item : (Object[]) value) {
                xml.append(encode(item));
            }
            xml.append("</data></array>");
        } else if (value instanceof Map) {
            xml.append("<struct>");
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                xml.append("<member><name>").append(entry.getKey()).append("</name>")
                        .append(encode(entry.getValue())).append("</member>");
            }
            xml.append("</struct>");
        } else {
            xml.append(escape((String) value));
        }
        return xml.append("</value>").toString();
    }

    private static List<Element> children(Node parent) {
        final List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element) {
                found.add((Element) node);
            }
        }
        return found;
    }

    private static Object decode(Element response) throws Fault {
        final Element content = children(response).get(0);
        if (content.getTagName().equals("fault")) {
            final Map<?, ?> fault = (Map<?, ?>) value(children(content).get(0));
            throw new Fault((Integer) fault.get("faultCode"), (String) fault.get("faultString"));
        }
        return value(children(children(content).get(0)).get(0));
    }

    private static Object value(Element element) {
        final List<Element> inside = children(element);
        if (inside.isEmpty()) {
            return element.getTextContent();
        }
        final Element typed = inside.get(0);
        final String text = typed.getTextContent();
        switch (typed.getTagName()) {
            case "int":
            case "i4":
                return Integer.valueOf(text.trim());
            case "double":
                return Double.valueOf(text.trim());
            case "boolean":
                return text.trim().equals("1");
            case "string":
                return text;
            case "array":
                return children(children(typed).get(0)).stream().map(JavaClient::value).toArray();
            case "struct":
                final Map<String, Object> members = new HashMap<>();
                for (Element member : children(typed)) {
                    members.put(children(member).get(0).getTextContent(),
                            value(children(member).get(1)));
                }
                return members;
            default:
                throw new IllegalArgumentException("a value of type " + typed.getTagName());
        }
    }

    // --- what the structures are made of, as the published classes cast it ---

    private static final Map<Character, Class<?>> TYPES = Map.of('i', Integer.class, 'd', Double.class,
            'b', Boolean.class, 's', String.class, 'a', Object[].class, 'm', Map.class);

    static final String MODES = "s identifier nick_identifier fsm_statename master_identifier;"
            + "d now_monotonic;i fsm_statecode;b degraded_mode discovery_mode;m instance_states";
    static final String STATE = MODES + ";a starting_jobs stopping_jobs";
    static final String INSTANCE_MODES = MODES + ";b starting_jobs stopping_jobs";
    static final String STRATEGIES = "b auto-fencing;s starting conciliation supvisors_failure";
    static final String STATISTICS = "b host_stats process_stats;d collecting_period";
    static final String INSTANCE = "s identifier nick_identifier node_name statename;"
            + "i port statecode loading remote_sequence_counter remote_time local_sequence_counter "
            + "local_time;b process_failure;d remote_mtime local_mtime";
    static final String APPLICATION = "s application_name statename;i statecode;"
            + "b managed major_failure minor_failure;d now_monotonic";
    static final String APPLICATION_RULES = "s application_name distribution starting_strategy "
            + "starting_failure_strategy running_failure_strategy status_formula;b managed;"
            + "a identifiers;i start_sequence stop_sequence";
    static final String PROCESS = "s application_name process_name statename extra_args;i statecode;"
            + "b expected_exit;d now_monotonic last_event_mtime;a identifiers";
    static final String PROCESS_RULES = "s application_name process_name starting_failure_strategy "
            + "running_failure_strategy;a identifiers;b required wait_exit;"
            + "i start_sequence stop_sequence expected_loading";
    static final String LOCAL_PROCESS = "s name group statename description spawnerr extra_args "
            + "program_name;i state start stop now pid startsecs stopwaitsecs process_index;"
            + "b expected disabled has_stdout has_stderr;d start_monotonic stop_monotonic now_monotonic";
    static final String SUPERVISOR_PROCESS = "s name group statename description spawnerr "
            + "stdout_logfile stderr_logfile;i state start stop now pid exitstatus";
    static final String PREDICTION = "s application_name process_name state forced_reason;"
            + "a running_identifiers";

    /** Casts the struct and each of its fields; returns it. */
    static Map<?, ?> cast(Object struct, String layout) {
        final Map<?, ?> members = (Map<?, ?>) struct;
        for (String group : layout.split(";")) {
            final String[] words = group.split(" ");
            for (int i = 1; i < words.length; i++) {
                final Object member = members.get(words[i]);
                if (member == null || !TYPES.get(words[0].charAt(0)).isInstance(member)) {
                    throw new ClassCastException(words[i] + ": "
                            + TYPES.get(words[0].charAt(0)).getSimpleName() + " was expected, not "
                            + (member == null ? null : member.getClass().getSimpleName()));
                }
            }
        }
        return members;
    }

    static Map<?, ?> first(Object array, String layout) {
        final Object[] items = (Object[]) array;
        if (items.length == 0) {
            throw new IllegalStateException("an empty array");
        }
        for (Object item : items) {
            cast(item, layout);
        }
        return (Map<?, ?>) items[0];
    }

    // --- checks ---

    interface Check {
        void run() throws Exception;
    }

    private int failures = 0;

    private void check(String name, Check body) {
        try {
            body.run();
            System.out.println("ok " + name);
        } catch (Exception problem) {
            failures++;
            System.out.println("FAILED " + name + ": " + problem);
        }
    }

    private static void same(Object got, Object want) {
        if (!want.equals(got)) {
            throw new IllegalStateException(want + " was expected, not " + got);
        }
    }

    private void refused(int code, String text, String method, Object... parameters) {
        check(method + " refused: " + text, () -> {
            try {
                call(method, parameters);
            } catch (Fault fault) {
                same(fault.getMessage(), text);
                same(fault.code, code);
                return;
            }
            throw new IllegalStateException("a fault was expected");
        });
    }

    private void reading() {
        final Set<String> applicationStates = Set.of("STOPPED", "STARTING", "RUNNING", "STOPPING");
        check("api version", () -> same((String) call("supvisors.get_api_version"), "0.19"));
        check("state", () -> cast(call("supvisors.get_supvisors_state"), STATE));
        check("all modes", () -> first(call("supvisors.get_all_instances_state_modes"),
                INSTANCE_MODES));
        check("all instances", () -> first(call("supvisors.get_all_instances_info"), INSTANCE));
        check("one instance", () -> {
            final Map<?, ?> master = cast(call("supvisors.get_master_identifier"),
                    "s identifier nick_identifier");
            first(call("supvisors.get_instance_info", master.get("nick_identifier")), INSTANCE);
            first(call("supvisors.get_instance_state_modes", master.get("identifier")),
                    INSTANCE_MODES);
        });
        check("strategies", () -> cast(call("supvisors.get_strategies"), STRATEGIES));
        check("applications", () -> {
            final Map<?, ?> one = first(call("supvisors.get_all_applications_info"), APPLICATION);
            same(applicationStates.contains(one.get("statename")), true);
            cast(call("supvisors.get_application_info", "shop"), APPLICATION);
            cast(call("supvisors.get_application_rules", "shop"), APPLICATION_RULES);
        });
        check("processes", () -> {
            first(call("supvisors.get_all_process_info"), PROCESS);
            first(call("supvisors.get_process_info", "shop:*"), PROCESS);
            first(call("supvisors.get_process_rules", "shop:web"), PROCESS_RULES);
            first(call("supvisors.get_all_local_process_info"), LOCAL_PROCESS);
            cast(call("supvisors.get_local_process_info", "shop:web"), LOCAL_PROCESS);
            same(((Object[]) call("supvisors.get_conflicts")).length, 0);
        });
        check("supervisord's processes", () -> first(call("supervisor.getAllProcessInfo"),
                SUPERVISOR_PROCESS));
        check("predictions", () -> first(call("supvisors.test_start_process", 0, "shop:idle"),
                PREDICTION));
        refused(10, "BAD_NAME: application=nope unknown to Supvisors",
                "supvisors.get_application_info", "nope");
    }

    private void describing() {
        check("the methods", () -> {
            final List<Object> names = List.of((Object[]) call("system.listMethods"));
            same(names.contains("supvisors.start_any_process"), true);
            same(names.contains("supervisor.startProcess"), true);
            if (names.contains("supvisors.get_statistics_status")) {
                cast(call("supvisors.get_statistics_status"), STATISTICS);
            }
            same(((String) call("system.methodHelp", "supvisors.start_args")).isEmpty(), false);
            same(((Object[]) call("system.methodSignature", "supvisors.start_args"))[0], "boolean");
        });
        check("several calls at once", () -> {
            final Map<String, Object> one = new HashMap<>();
            one.put("methodName", "supvisors.get_process_info");
            one.put("params", new Object[] {"shop:web"});
            final Map<String, Object> other = new HashMap<>(one);
            other.put("params", new Object[] {"shop:nope"});
            final Object[] results =
                    (Object[]) call("system.multicall", (Object) new Object[] {one, other});
            first(results[0], PROCESS);
            same((Integer) ((Map<?, ?>) results[1]).get("faultCode"), 10);
        });
    }

    private String arguments(String namespec) throws Exception {
        return (String) first(call("supvisors.get_process_info", namespec), PROCESS)
                .get("extra_args");
    }

    private void starting() {
        check("start, restart and stop of a process, by codes", () -> {
            same((Boolean) call("supvisors.start_process", 1, "shop:idle", "-x 'a & <b>'", true), true);
            same(arguments("shop:idle"), "-x 'a & <b>'");
            same((Boolean) call("supvisors.restart_process", 0, "shop:idle", "", true), true);
            same(arguments("shop:idle"), "");
            same((Boolean) call("supvisors.stop_process", "shop:idle", true), true);
        });
        check("start with arguments here", () -> {
            same((Boolean) call("supvisors.start_args", "shop:idle", "-y", true), true);
            same(arguments("shop:idle"), "-y");
            same((Boolean) call("supvisors.stop_process", "shop:idle", true), true);
        });
        check("start of any process", () -> {
            same((String) call("supvisors.start_any_process", 0, "^shop:", "-z", true), "shop:idle");
            same((Boolean) call("supvisors.stop_process", "shop:idle", false), true);
        });
        check("applications", () -> {
            same((Boolean) call("supvisors.restart_application", 0, "shop", true), true);
            same((Boolean) call("supvisors.stop_application", "shop", true), true);
            same((Boolean) call("supvisors.start_application", 3, "shop", true), true);
        });
        refused(60, "ALREADY_STARTED: shop:web", "supvisors.start_process", 0, "shop:web", "", true);
        refused(60, "ALREADY_STARTED: shop", "supvisors.start_application", 0, "shop", true);
        refused(2, "INCORRECT_PARAMETERS", "supvisors.start_args", "shop:web");
        refused(30, "FAILED: no candidate process matching \"^nope\"",
                "supvisors.start_any_process", 0, "^nope", "", true);
        refused(3, "BAD_ARGUMENTS: extra_args: the quote \" at position 1 is not closed",
                "supvisors.start_process", 0, "shop:idle", "\"", true);
        // The name by which the published client calls end_sync.
        refused(101, "BAD_SUPVISORS_STATE: invalid Supvisors state=OPERATION - state expected in "
                + "['SYNCHRONIZATION']", "supvisors.end_synchro");
        check("log level by code", () -> same((Boolean) call("supvisors.change_log_level", 10), true));
    }

    public static void main(String[] words) throws Exception {
        final JavaClient client = new JavaClient(words[0], words[1], words[2]);
        client.reading();
        client.describing();
        client.starting();
        System.exit(client.failures == 0 ? 0 : 1);
    }
}
