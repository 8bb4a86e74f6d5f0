"""Nasty configuration files, for test_config_reader: what supervisord accepts, what it refuses, what may
come by chance.
"""

# name -> files, MAIN being put before the text of supervisord.conf
ACCEPTED = {
    'defaults': {'supervisord.conf': """
        [program:plain]
        command=/bin/sleep 1000
        """},
    'comments': {'supervisord.conf': """
        # full line
          ; indented full line
        [program:a] ; after a header
        command=/bin/sleep 1000 # after a value
        autostart=false ;one #two
        process_name=a;b;c ; kept up to here
        [program:first_round]
        command=/bin/sleep x;y ;kept #dropped
        autostart=false
        directory=/tmp/a;b ;kept #dropped
        [program:hash]
        command=/bin/sleep 1000
        autostart=false
        process_name=x#y ;dropped
        startsecs=4 ;;
        stopwaitsecs=
          ; a comment inside a value
          5
        """},
    'continuation': {'supervisord.conf': '[program:long]\ncommand=/bin/sh -c "sleep\n   1000\n\n exit"\n'
                                         'autostart=false\nstopwaitsecs=\n\n\t  8\n'
                                         '[program:indented]\n    command=/bin/sleep 1000\n   startsecs=7\n'
                                         '  autostart=false\n  stopwaitsecs=9\n[group:both]\n programs=\n'
                                         '  long,\n\n  indented\n priority=1\n'},
    'line ends': {'supervisord.conf': '[program:dos]\r\ncommand=/bin/sleep 1000\r\nautostart=false\r\n'
                                      'startsecs=2\r[program:mac]\rcommand=/bin/cat\rautostart=no\r'},
    'numbers of processes': {'supervisord.conf': """
        [program:many]
        command=/bin/sleep 100%(process_num)d
        process_name=%(program_name)s_%(process_num)03d
        numprocs=12
        numprocs_start=8
        autostart=false
        [program:formats]
        command=/bin/sleep %(numprocs)d
        process_name=%(group_name)s-%(process_num)s
        numprocs=11
        autostart=false
        [program:hexadecimal]
        command=/bin/cat
        process_name=h%(process_num)#06x%(process_num)-4d.%%
        numprocs=2
        numprocs_start=254
        autostart=false
        [program:none]
        numprocs=0
        [program:negative]
        numprocs=-4
        [program:below]
        command=/bin/cat
        process_name=n%(process_num)03d
        numprocs=3
        numprocs_start=-2
        autostart=false
        """},
    'environment': {'supervisord.conf': """
        environment=GLOBAL="g,1",COLOUR='red'
        [program:e]
        command=/bin/echo %(ENV_GLOBAL)s %(ENV_COLOUR)s %(ENV_OWN)s
        environment=OWN="%(process_num)d",GLOBAL="%(ENV_GLOBAL)s+"
        process_name=%(ENV_COLOUR)s_%(ENV_OWN)s_%(process_num)d_%(ENV_GLOBAL)s
        numprocs=2
        autostart=false
        startsecs=%(ENV_COUNT)s
        stopwaitsecs=%(ENV_SPACED)s
        [program:leak]
        command=/bin/echo
        environment=A%(process_num)d="x"
        process_name=%(ENV_A0)s%(process_num)d
        numprocs=2
        autostart=false
        [program:lexer]
        command=/bin/cat
        environment=A=b#c
          ,B="q w",C=x,D='a"b',E=/usr/bin:/bin
        process_name=%(ENV_A)s%(ENV_D)s
        autostart=false
        """},
    'includes': {'supervisord.conf': """
        [include]
        files=conf.d/*.ini   sub/zz.conf missing/*.conf conf.d/[!a-m]*.cfg conf.d/?.con[f] conf.d
        [program:a]
        command=/bin/sleep 1
        directory=%(here)s
        autostart=false
        startsecs=1
        stopwaitsecs=1
        """,
                 'conf.d/10.ini': '[program:a]\nstartsecs=10\n[program:b]\ncommand=%(here)s/x\nautostart=false\n',
                 'conf.d/9.ini': '[program:a]\nstartsecs=9\nstopwaitsecs=9\n[program:nine]\ncommand=/bin/cat\n'
                                 'autostart=false\n',
                 'conf.d/.hidden.ini': '[program:hidden]\ncommand=/bin/cat\n',
                 'conf.d/a.cfg': '[program:cfg_a]\ncommand=/bin/cat\n',
                 'conf.d/z.cfg': '[program:cfg_z]\ncommand=/bin/cat\nautostart=false\n',
                 'conf.d/q.conf': '[include]\nfiles=nowhere\n[program:q]\ncommand=/bin/cat\nautostart=false\n',
                 'sub/zz.conf': '[program:b]\nprocess_name=%(program_name)s_zz\nautorestart=TRUE\n'
                                '[group:mixed]\nprograms=b, a\npriority=5\n'},
    'includes by name': {'supervisord.conf': """
        [include]
        files=%(ENV_COLOUR)s/%(host_node_name)s.conf %(here)s/abs*/../abs/x.conf
        """, 'blue/{host}.conf': '[program:by_host]\ncommand=/bin/cat\nautostart=off\n',
             'abs/x.conf': '[program:abs]\ncommand=/bin/cat\nautostart=0\n'},
    'groups': {'supervisord.conf': """
        [group:one]
        programs=a,b , c
        priority=3
        [group:two]
        programs=a
        [group:empty]
        [group:void]
        programs=
        [program:a]
        command=/bin/echo %(group_name)s
        process_name=%(group_name)s.%(process_num)d
        numprocs=2
        autostart=false
        [program:b]
        command=/bin/cat
        autostart=false
        priority=1
        [fcgi-program:c]
        command=/bin/cat
        autostart=false
        [fcgi-program:d]
        command=/bin/cat
        socket=tcp://localhost:9876
        autostart=false
        process_name=%(program_name)s_%(process_num)02d
        numprocs=2
        [fcgi-program:e]
        command=/bin/cat
        socket=unix:///tmp/%(program_name)s.sock
        socket_mode=0700
        autostart=false
        """},
    'listeners': {'supervisord.conf': """
        [eventlistener:events]
        command=/bin/cat
        events=process_state, TICK_5
        autostart=false
        buffer_size=65536
        process_name=%(program_name)s_%(process_num)d
        numprocs=2
        [eventlistener:other]
        command=/bin/cat
        events=EVENT
        autostart=false
        autorestart=true
        stderr_logfile=NONE
        """},
    'twice': {'supervisord.conf': """
        [program:x]
        command=/bin/cat
        startsecs=1
        startsecs=2
        autostart=true
        [program:y]
        command=/bin/cat
        autostart=false
        [program:x]
        STARTSECS : 3
        AutoStart = FALSE
        StopWaitSecs=  4
        """},
    'same group twice': {'supervisord.conf': """
        [group:x]
        programs=y,z,z
        priority=999
        [program:x]
        command=/bin/cat
        autostart=false
        startsecs=5
        [program:y]
        command=/bin/cat
        process_name=same
        autostart=false
        startsecs=1
        [program:z]
        command=/bin/cat
        process_name=same
        autostart=false
        startsecs=2
        """},
    'headers': {'supervisord.conf': """
        [program:x] anything
        command=/bin/cat
        autostart=false
        [program:y]#c]
        command=/bin/cat
        autostart=false
        [ program:no]
        nonsense=%(nowhere)s
        [Program:no]
        nonsense : = 1
        """},
    'autorestart': {'supervisord.conf': ''.join(
        f'[program:p{i}]\ncommand=/bin/cat\nautostart={auto}\nautorestart={value}\n'
        for i, (auto, value) in enumerate([
            ('false', 'true'), ('no', 'YES'), ('OFF', 'On'), ('0', '1'), ('False', 'false'),
            ('false', 'No'), ('false', 'off'), ('false', '0'), ('false', 'unexpected'),
            ('false', 'UnExpected')]))},
    'python numbers': {'supervisord.conf': """
        [program:x]
        command=/bin/cat
        autostart=false
        startsecs=1_0
        stopwaitsecs=+0020
        priority=-1
        startretries=-0
        exitcodes=0, 2 ,+3,1_1
        stdout_logfile_maxbytes=1_0mB
        umask=0o22
        stopsignal=sigusr1
        [program:y]
        command=/bin/cat
        autostart=false
        startsecs=-5
        stopsignal=9
        exitcodes=
        """},
    'log files': {'supervisord.conf': ''.join(
        f'[program:l{i}]\ncommand=/bin/cat\nautostart=false\n{text}\n' for i, text in enumerate([
            'stdout_logfile=NONE', 'stdout_logfile=Off\nstderr_logfile=AUTO', 'stdout_logfile=',
            'redirect_stderr=true', 'redirect_stderr=on\nstderr_logfile=/tmp/x.log',
            'stdout_logfile=/tmp/%(program_name)s-%(process_num)d.log', 'stderr_logfile=none',
            'stdout_logfile=NONE\nstdout_syslog=true', 'stdout_logfile=/tmp/%%(process_num)s.log']))},
    'unicode': {'supervisord.conf': """
        [program:é\u00a0è]
        command=/bin/cat\u00a0; a comment after a no-break space
        autostart=false
        process_name=ñ_%(process_num)d\u2003
        numprocs=2
        [program:wide]
        command=/bin/cat
        process_name=%(program_name).2s%(ENV_COLOUR).1s
        autostart=false
        [group:日本]
        programs=wide
        """},
    'percent signs': {'supervisord.conf': """
        [program:p]
        command=/bin/date +%%s %(ENV_PERCENT)s
        autostart=false
        process_name=100%%
        [program:bare]
        command=/bin/date +%s
        autostart=false
        process_name=%(process_num)05.3d%(numprocs)x%(numprocs)e
        """},
    'our own programs': {'supervisord.conf': """
        [eventlistener:supvisors]
        command=/usr/bin/supvisors-listener %(here)s/.supvisors/listener.sock
        events=PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,TICK_5
        buffer_size=65536
        stdout_logfile=NONE
        stderr_logfile=NONE
        autorestart=true
        autostart=false
        [program:agent]
        command=/usr/bin/env A=b nice -n 5 supvisors-agent -c x
        autostart=false
        [supvisors]
        event_link=zmq
        event_port=60001
        """},
}

# The plugin that answers XML-RPC refuses options that it does not know, thus anything in [DEFAULT]: this one
# is only compared with the parser.
DEFAULTS = """
[DEFAULT]
autostart=false
startsecs=8
autorestart=false
directory=%(ENV_HOME)s
[program:x]
command=/bin/cat
[program:y]
command=/bin/cat
startsecs=9
[DEFAULT]
stopwaitsecs=6
"""

# name -> text put after MAIN; refused by supervisord for a reason that does not depend on the host
REFUSED = {
    'no delimiter': '[program:x]\ncommand\n',
    'no name': '[program:x]\n=1\ncommand=/bin/cat\n',
    'missing command': '[program:x]\nautostart=false\n',
    'bad integer': '[program:x]\ncommand=/bin/cat\nstartsecs=1.5\n',
    'empty integer': '[program:x]\ncommand=/bin/cat\nstartsecs=\n',
    'bad boolean': '[program:x]\ncommand=/bin/cat\nautostart=maybe\n',
    'bad autorestart': '[program:x]\ncommand=/bin/cat\nautorestart=sometimes\n',
    'bad exit code': '[program:x]\ncommand=/bin/cat\nexitcodes=0,256\n',
    'bad signal': '[program:x]\ncommand=/bin/cat\nstopsignal=NOPE\n',
    'bad size': '[program:x]\ncommand=/bin/cat\nstdout_logfile_maxbytes=1TB\n',
    'bad umask': '[program:x]\ncommand=/bin/cat\numask=9\n',
    'bad name': '[program:x y]\ncommand=/bin/cat\n',
    'bad process name': '[program:x]\ncommand=/bin/cat\nprocess_name=a:b\n',
    'numprocs without number': '[program:x]\ncommand=/bin/cat\nnumprocs=2\n',
    'unknown expansion': '[program:x]\ncommand=%(nothing)s\n',
    'unknown variable': '[program:x]\ncommand=%(ENV_NOTHING)s\n',
    'process_num too early': '[program:x]\ncommand=/bin/cat\nstartsecs=%(process_num)d\n',
    'text as number': '[program:x]\ncommand=%(program_name)d\n',
    'lone percent': '[program:x]\ncommand=100%\n',
    'bare conversion twice': '[program:x]\ncommand=date %s %s\n',
    'percent in a log file': '[program:x]\ncommand=/bin/cat\nstdout_logfile=/tmp/%%.log\n',
    'unclosed name': '[program:x]\ncommand=%(program_name\n',
    'bad environment': '[program:x]\ncommand=/bin/cat\nenvironment=A\n',
    'empty variable': '[program:x]\ncommand=/bin/cat\nenvironment=A=,B=2\n',
    'unclosed quote': '[program:x]\ncommand=/bin/cat\nenvironment=A="b\n',
    'unknown member': '[group:g]\nprograms=nobody\n',
    'empty member': '[group:g]\nprograms=x,\n[program:x]\ncommand=/bin/cat\n',
    'ambiguous member': '[group:g]\nprograms=x\n[program:x]\ncommand=/bin/cat\n[fcgi-program:x]\n'
                        'command=/bin/cat\nsocket=tcp://localhost:9000\n',
    'listener without events': '[eventlistener:x]\ncommand=/bin/cat\n',
    'listener with unknown event': '[eventlistener:x]\ncommand=/bin/cat\nevents=PROCESS_STAT\n',
    'listener with stderr': '[eventlistener:x]\ncommand=/bin/cat\nevents=EVENT\nredirect_stderr=true\n',
    'listener without buffer': '[eventlistener:x]\ncommand=/bin/cat\nevents=EVENT\nbuffer_size=0\n',
    'fcgi without socket': '[fcgi-program:x]\ncommand=/bin/cat\n',
    'fcgi with bad socket': '[fcgi-program:x]\ncommand=/bin/cat\nsocket=tcp://localhost\n',
    'fcgi with relative socket': '[fcgi-program:x]\ncommand=/bin/cat\nsocket=unix://x\n',
    'stopasgroup alone': '[program:x]\ncommand=/bin/cat\nstopasgroup=true\nkillasgroup=false\n',
    'include without files': '[include]\n',
    'user without password': '[inet_http_server]\nusername=me\n',
    'bad port': '[inet_http_server]\nport=127.0.0.1:99999\n',
    'bad log level': '[supervisord]\nloglevel=loud\n',
    'host name in the daemon': '[supervisord]\nenvironment=A="%(host_node_name)s"\n',
    'here in the server': '[inet_http_server]\nusername=%(here)s\npassword=x\n',
    'plugin without factory': '[rpcinterface:x]\n',
    'here for the plugins': '[DEFAULT]\ndirectory=%(here)s\n',
}


def random_text(draw):
    """Mostly sensible sections and options, spoilt here and there. A bare %s is left out: supervisord puts its
    whole table of names there, which the reader does not imitate."""
    names = ['a', 'b', 'c d', 'é', 'a;b', 'a]b', '%(x)s']
    expansions = ['%(process_num)d', '%(process_num)02d', '%(program_name)s', '%(group_name)s', '%(here)s',
                  '%(numprocs)d', '%(ENV_COLOUR)s', '%(ENV_PERCENT)s', '%(host_node_name)s', '%%', '%(a)s',
                  '%(process_num)x', '%(process_num)+5d', '%(process_num)-5d|', '%(numprocs)%', '%(ENV_FANCY)s',
                  '%(process_num)#o', '%(process_num)c', '%(program_name)5.1s', '%', '%(process_num)r']
    texts = ['x', 'y ;z', 'y;z', '#k', ' #k', 'a,b', '"q r"', "'", '=', ':', '\n  more', '\n\n  after', '\n; c\n  d',
             '\u00a0', '\t', 'A="1"', 'B=2,C=\'3\'', ',', '//', '\x1c;']

    def value():
        return ''.join(draw.choice(expansions if draw.random() < 0.3 else texts) for _ in range(draw.randint(0, 3)))

    def pick(*sensible):
        return draw.choice(sensible) if draw.random() < 0.95 else value()

    def option():
        return draw.choice([
            lambda: 'command=/bin/echo ' + value(), lambda: f'numprocs={pick("1", "2", "3", "0")}',
            lambda: 'process_name=' + pick('%(program_name)s_%(process_num)d', 'p%(process_num)02d', 'same'),
            lambda: f'process_name=%(process_num)d{value()}',
            lambda: f'startsecs={pick("1", "02", "+3", "1_0", "-1", " 4 ;x")}',
            lambda: f'autorestart={pick("true", "False", "unexpected", "1")}',
            lambda: f'AUTOSTART{draw.choice([":", "=", " = "])}{pick("true", "no")}',
            lambda: f'environment={pick("", "A=1", "B=%(process_num)d", "C=%(ENV_COLOUR)s")}',
            lambda: f'environment={value()}', lambda: f'priority={pick("1", "2", "-3")}',
            lambda: f'stdout_logfile={pick("NONE", "AUTO", "/tmp/%(process_num)d", "")}',
            lambda: 'redirect_stderr=' + pick('true', 'off'), lambda: 'whatever=' + value(),
            lambda: f'  startsecs={pick("7", "8")}', lambda: '', lambda: '; comment', lambda: value()
        ])() + '\n'

    text = ''
    for _ in range(draw.randint(1, 4)):
        name = draw.choice(names[:2] if draw.random() < 0.9 else names)
        text += draw.choice([f'[program:{name}]\ncommand=/bin/cat\n'] * 4 + [
            f'[group:{name}]\nprograms={pick("a", "a,b", "")}\n', '[DEFAULT]\n', f'[fcgi-program:{name}]\n'
            'command=/bin/cat\nsocket=tcp://localhost:9000\n', f'[eventlistener:{name}]\nevents=EVENT\n'
            'command=/bin/cat\n', f'[x {name}]\n', f' [program:{name}] ;c]\ncommand=/bin/cat\n'])
        text += ''.join(option() for _ in range(draw.randint(0, 4)))
    return text
