import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { ended } from './process.ts';

/** How rsyslog writes a line: `Nov 21 12:00:00 host tag: text`, with an ISO 8601 stamp and its zone, or as RFC 5424. */
export type SyslogForm = 'traditional' | 'iso' | 'rfc5424';

const TEMPLATES: Readonly<Record<SyslogForm, string>> = {
  traditional: 'RSYSLOG_TraditionalFileFormat',
  iso: 'RSYSLOG_FileFormat',
  rfc5424: 'RSYSLOG_SyslogProtocol23Format',
};

/** Debian's rsyslog on the private machine's /dev/log. @returns the log's path, and what stops the daemon */
export async function startSyslog(form: SyslogForm): Promise<{ log: string; stop: () => Promise<void> }> {
  const config = '/run/lab/rsyslog.conf';
  const log = '/run/lab/syslog';
  rmSync(log, { force: true });
  rmSync('/dev/log', { force: true });
  writeFileSync(
    config,
    `module(load="imuxsock" SysSock.UsePIDFromSystem="on" SysSock.RateLimit.Interval="0")
$EscapeControlCharactersOnReceive on
mail.* action(type="omfile" file="${log}" template="${TEMPLATES[form]}")
`,
  );
  const daemon = spawn('rsyslogd', ['-n', '-f', config, '-i', '/run/lab/rsyslog.pid'], { stdio: 'inherit' });
  for (let tries = 0; !existsSync('/dev/log'); tries++) {
    if (daemon.exitCode !== null || tries === 100) throw new Error('rsyslogd did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { log, stop: () => ended(daemon) };
}
