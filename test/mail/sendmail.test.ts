/** --mail-to, with a sendmail that only writes down what it was given. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { exiwhy, type Run } from '../cli.ts';

const FOUNDING = 'fixtures/founding-case.log';
const CPANEL = 'fixtures/cpanel-exim-4.96.log';
const folder = mkdtempSync(join(tmpdir(), 'exiwhy-mail-'));
const stdin = join(folder, 'stdin');
const argv = join(folder, 'argv');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const path of [stdin, argv]) rmSync(path, { force: true });
});

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const sendmail = program('sendmail', `for word in "$@"; do echo "$word"; done > ${argv}; cat > ${stdin}`);
const send = (...args: string[]): Run =>
  exiwhy(['report', '--sendmail', sendmail, '--mail-from', 'cron@mx.example.com', ...args]);

describe('exiwhy report --mail-to', { timeout: 60_000 }, () => {
  it('hands the message to sendmail, the recipients behind the end of the options', async () => {
    const run = send('--mail-to', 'root', '--mail-to', 'admin@example.com', CPANEL);
    expect(run).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(argv, 'utf8')).toBe('-i\n--\nroot\nadmin@example.com\n');
    const email = await PostalMime.parse(readFileSync(stdin));
    const text = exiwhy(['report', CPANEL]).stdout;
    expect(email.text?.trimEnd()).toBe(text.trimEnd());
    expect(email.subject).toBe(text.split('\n')[0]);
    expect(email.from?.address).toBe('cron@mx.example.com');
    expect(email.to?.[0]?.address).toMatch(/^root@./);
    expect(email.attachments).toHaveLength(3);
    // Gmail cuts what is longer.
    expect(email.html?.length).toBeLessThan(102_000);
    expect(readFileSync(stdin, 'latin1')).not.toContain('\r');
  });

  it('prints as well where a file or a format is asked for', () => {
    const page = join(folder, 'report.html');
    expect(send('--mail-to', 'root', '-o', page, FOUNDING).status).toBe(0);
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
    expect(JSON.parse(send('--mail-to', 'root', '--format', 'json', FOUNDING).stdout)).toMatchObject({
      type: 'report',
    });
    expect(existsSync(stdin)).toBe(true);
  });

  it('sends nothing when there is nothing to act on and it may be quiet', () => {
    const empty = join(folder, 'empty.log');
    writeFileSync(empty, '');
    expect(send('--mail-to', 'root', '--quiet-if-empty', empty)).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(argv)).toBe(false);
    expect(send('--mail-to', 'root', empty).status).toBe(0);
    expect(readFileSync(stdin, 'utf8')).toContain('Subject: exiwhy: no mail was refused');
  });

  it('refuses an address that is none, before it reads', () => {
    const run = send('--mail-to', '-Xlog', 'no-such.log');
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toBe(
      'exiwhy: error: "-Xlog" is no mail address\n  help: name one like admin@example.com, or a user of this machine like root\n',
    );
    expect(existsSync(argv)).toBe(false);
  });

  it.each([
    ['is not there', join(folder, 'none'), 'there is no program'],
    ['says no', program('refusing', 'cat > /dev/null; exit 75'), '75'],
  ])('tells when sendmail %s', (_, path, message) => {
    const { status, stderr } = exiwhy(['report', '--mail-to', 'root', '--sendmail', path, FOUNDING]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^exiwhy: error: cannot send mail/);
    expect(stderr).toContain(message);
  });
});

describe('exiwhy report -o report.eml', { timeout: 60_000 }, () => {
  it('is the same message, unsent', async () => {
    const path = join(folder, 'report.eml');
    expect(exiwhy(['report', '-o', path, FOUNDING])).toEqual({ status: 0, stdout: '', stderr: '' });
    const email = await PostalMime.parse(readFileSync(path));
    expect(email.subject).toMatch(/^exiwhy: 1 mail of 1 domain/);
    expect(email.html).toContain('Connection timed out');
  });
});
