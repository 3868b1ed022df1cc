import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from './sources/temp.ts';

const ROOT = resolve(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The ready files of the README, in their order. */
function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text = '']) => text,
  );
}

const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** A refusal, one a second. */
function refused(second: number): string {
  return `2026-11-20 23:50:0${second} [1] H=mx.a.example [203.0.113.1]:999 F=<ann@a.example> rejected RCPT <bob@hosted.example>: relay not permitted\n`;
}

/** A machine in a folder: exiwhy and Node where an installation puts them, a log, and a mail program that keeps the mail. */
function machine(): {
  at: (path: string) => string;
  place: (text: string) => string;
  log: string;
  mail: string;
} {
  const root = tempFolder();
  const at = (path: string): string => join(root, path);
  for (const folder of ['bin', 'lib', 'log']) mkdirSync(at(folder));
  symlinkSync(process.execPath, at('bin/node'));
  symlinkSync(join(ROOT, 'bin/exiwhy.js'), at('bin/exiwhy'));
  writeFileSync(at('bin/mail'), `#!/bin/sh\necho "Subject: $2" >> "${at('mail')}"\ncat >> "${at('mail')}"\n`);
  chmodSync(at('bin/mail'), 0o755);
  writeFileSync(at('log/mainlog'), refused(0));
  const place = (text: string): string =>
    text
      .replaceAll('/var/lib/exiwhy', at('lib/exiwhy'))
      .replaceAll(/\/var\/log\/exim(?:4\/mainlog|_mainlog)/g, at('log/mainlog'))
      .replaceAll(/\/opt\/cpanel\/ea-nodejs22\/bin|\/usr\/local\/bin/g, at('bin'));
  return { at, place, log: at('log/mainlog'), mail: at('mail') };
}

describe('the crontabs of the README', () => {
  it('are two', () => expect(blocks('crontab')).toHaveLength(2));

  it.each(blocks('crontab'))('report what is new, in the environment that cron gives: %#', (crontab) => {
    const { at, place, log } = machine();
    const lines = place(crontab).trimEnd().split('\n');
    const [, path = ''] = /^PATH=(.*)$/m.exec(lines.join('\n')) ?? [];
    const job = /^(?:\S+ ){5}root (.*)$/.exec(lines.at(-1) ?? '')?.[1] ?? '';
    expect(job).not.toContain('%');
    // Without a log it would read that of the machine on which the tests run.
    const command = job.includes(log) ? job : `${job} ${log}`;
    const run = (): { stdout: string; stderr: string; status: number | null } =>
      spawnSync('/bin/sh', ['-c', command], {
        cwd: '/',
        env: { HOME: '/root', LOGNAME: 'root', SHELL: '/bin/sh', PATH: path },
        encoding: 'utf8',
      });
    const first = run();
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/^exiwhy: nothing to act on in 1 refusal\n/);
    appendFileSync(log, refused(1) + refused(2));
    expect(run().stdout).toMatch(/^exiwhy: nothing to act on in 2 refusals\n/);
    expect(existsSync(at('lib/exiwhy/history'))).toBe(true);
  });
});

describe('the units of the README', () => {
  const [service = '', timer = ''] = blocks('ini');

  it.skipIf(!isThere('systemd-analyze'))('are what systemd takes', () => {
    const { at, place } = machine();
    mkdirSync(at('units'));
    writeFileSync(at('units/exiwhy.service'), place(service));
    writeFileSync(at('units/exiwhy.timer'), timer);
    const { status, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', at('units/exiwhy.service'), at('units/exiwhy.timer')],
      { encoding: 'utf8' },
    );
    expect(stderr.split('\n').filter((line) => line.includes('exiwhy'))).toEqual([]);
    expect(status).toBe(0);
  });

  it('make a report and mail it with its first line as the subject', () => {
    const { at, place, mail } = machine();
    mkdirSync(at('lib/exiwhy'));
    const commandOf = (name: string): string => {
      const [, command = ''] = new RegExp(`^${name}=\\+?(.*)$`, 'm').exec(place(service)) ?? [];
      return command.replaceAll('%S', at('lib')).replaceAll('$$', '$');
    };
    const env = { PATH: `${at('bin')}:/usr/bin:/bin` };
    expect(
      spawnSync('/bin/sh', ['-c', `${commandOf('ExecStart')} ${at('log/mainlog')}`], { env }).status,
    ).toBe(0);
    expect(spawnSync('/bin/sh', ['-c', commandOf('ExecStopPost')], { env }).status).toBe(0);
    expect(readFileSync(mail, 'utf8')).toMatch(
      /^Subject: exiwhy: nothing to act on in 1 refusal\nexiwhy: nothing to act on in 1 refusal\n/,
    );
    rmSync(mail);
    writeFileSync(at('lib/exiwhy/report.txt'), '');
    expect(spawnSync('/bin/sh', ['-c', commandOf('ExecStopPost')], { env }).status).toBe(0);
    expect(existsSync(mail)).toBe(false);
  });
});

describe.skipIf(!isThere('logrotate'))('the logrotate hook of the README', () => {
  const [hook = ''] = blocks('logrotate');

  it.each(['create', 'copytruncate'])('tells each line once when the log is rotated by %s', (how) => {
    const { at, place, log, mail } = machine();
    const config = at('logrotate.conf');
    const options = ['rotate 5', 'compress', 'delaycompress', 'missingok', how].join('\n    ');
    writeFileSync(config, `${log} {\n    su root root\n    ${options}\n${place(hook)}}\n`);
    chmodSync(config, 0o600);
    const env = { PATH: `${at('bin')}:/usr/sbin:/usr/bin:/bin` };
    const rotate = (...args: string[]): string => {
      const { status, stderr } = spawnSync('logrotate', [...args, '-s', at('rotated'), config], {
        env,
        encoding: 'utf8',
      });
      expect(status).toBe(0);
      return stderr;
    };
    expect(rotate('-d')).not.toMatch(/error/i);
    const runs = [1, 2, 3].map((count) => {
      writeFileSync(mail, '');
      appendFileSync(log, refused(count).repeat(count));
      rotate('-f');
      return /in (\d+) refusals?/.exec(readFileSync(mail, 'utf8'))?.[1];
    });
    // The first report begins with the log as it stands, which is new and empty after its rotation.
    expect(runs).toEqual([undefined, '2', '3']);
  });
});
