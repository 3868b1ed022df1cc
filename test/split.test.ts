import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { exiwhy, type Run } from './cli.ts';
import { tempFile, tempFolder } from './sources/temp.ts';

const ACCOUNTS = ['anna', 'bert', 'carl'];

/** `a.example` is anna's. */
const domainOf = (account: string): string => `${account[0]}.example`;

/** A mail to two accounts, our own mail that is refused, a login, a line that nobody understands: for each account. */
const LOG = ACCOUNTS.flatMap((account, index) => {
  const [own, next] = [domainOf(account), domainOf(ACCOUNTS[(index + 1) % ACCOUNTS.length] ?? '')];
  const head = (second: number): string => `2026-11-21 10:0${index}:0${second} [7${index}]`;
  const client = `H=mail.s${index}.test [203.0.113.${index + 1}]:44${index}`;
  const id = `1xUm3${index}-0000Et-1u`;
  const refused = 'SMTP error from remote mail server after RCPT TO';
  return [
    `${head(0)} ${client} sender verify defer for <x@s${index}.test>: could not connect to mx.s${index}.test [198.51.100.${index + 1}]: Connection timed out`,
    ...[own, next].map(
      (to) =>
        `${head(1)} ${client} F=<x@s${index}.test> temporarily rejected RCPT <box-of-${to}@${to}>: Could not complete sender verify`,
    ),
    `${head(2)} ${id} <= boss@${own} H=(pc) [192.0.2.${index + 1}] P=esmtpsa A=dovecot_login:boss@${own} S=900`,
    `${head(3)} ${id} ** friend-of-${own}@far.test R=lookuphost T=remote_smtp H=mx.far.test [198.51.100.99]: ${refused}:<friend-of-${own}@far.test>: 550 5.1.1 friend-of-${own} unknown`,
    `${head(4)} nobody knows secret-of-${own}`,
  ];
}).join('\n');

function split(folder: string, ...options: string[]): Run {
  const userdomains = tempFile('userdomains', ACCOUNTS.map((one) => `${domainOf(one)}: ${one}\n`).join(''));
  const log = tempFile('exim_mainlog', `${LOG}\n`);
  return exiwhy(['report', '--userdomains', userdomains, '-o', folder, ...options, log]);
}

const ENDINGS = {
  text: '.txt',
  json: '.json',
  ndjson: '.ndjson',
  csv: '.csv',
  markdown: '.md',
  html: '.html',
};

describe('report --split-by account', () => {
  it.each(Object.entries(ENDINGS))('tells each its own mail only, as %s', (format, ending) => {
    const folder = join(tempFolder(), 'reports');
    const run = split(
      folder,
      '--split-by',
      'account',
      '--format',
      format,
      '--detail',
      'high',
      '--top',
      '100',
    );
    expect(run).toMatchObject({ status: 0, stdout: '' });
    expect(readdirSync(folder)).toEqual(ACCOUNTS.map((account) => account + ending));
    for (const account of ACCOUNTS) {
      const text = readFileSync(join(folder, account + ending), 'utf8');
      expect(text).toContain(domainOf(account));
      expect(text).not.toContain('secret-of-');
      for (const other of ACCOUNTS.filter((one) => one !== account)) {
        for (const theirs of [
          other,
          `box-of-${domainOf(other)}`,
          `friend-of-${domainOf(other)}`,
          `@${domainOf(other)}`,
        ])
          expect(text).not.toContain(theirs);
      }
    }
  });

  it('counts each refusal once', () => {
    const folder = tempFolder();
    split(folder, '--split-by', 'account', '--format', 'json');
    const reports = ACCOUNTS.map((account) =>
      JSON.parse(readFileSync(join(folder, `${account}.json`), 'utf8')),
    );
    expect(reports.map(({ account }) => account)).toEqual(ACCOUNTS);
    for (const report of reports) {
      expect(report).toMatchObject({ attempts: 2, wanted: 2, outbound: { attempts: 1 } });
      expect(report.byAccount.map(({ account }: { account: string }) => account)).toEqual([report.account]);
    }
    const whole = JSON.parse(exiwhy(['report', '--format', 'json', '-'], LOG).stdout);
    expect(whole.attempts).toBe(reports.reduce((sum, { attempts }) => sum + attempts, 0));
  });

  it('puts the accounts of a reseller together', () => {
    const folder = tempFolder();
    const owners = tempFile('trueuserowners', 'anna: shop\nbert: shop\ncarl: carl\n');
    expect(
      split(folder, '--split-by', 'reseller', '--trueuserowners', owners, '--format', 'json').status,
    ).toBe(0);
    expect(readdirSync(folder)).toEqual(['carl.json', 'shop.json']);
    const shop = JSON.parse(readFileSync(join(folder, 'shop.json'), 'utf8'));
    expect(shop).toMatchObject({ reseller: 'shop', attempts: 4, outbound: { attempts: 2 } });
  });

  it('makes files for the owner alone, and follows no link', () => {
    const folder = join(tempFolder(), 'reports');
    const precious = tempFile('precious', 'mine');
    mkdirSync(folder);
    symlinkSync(precious, join(folder, 'anna.txt'));
    writeFileSync(join(folder, 'bert.txt'), 'yesterday');
    expect(split(folder, '--split-by', 'account').status).toBe(0);
    expect(readFileSync(precious, 'utf8')).toBe('mine');
    for (const account of ACCOUNTS) {
      const path = join(folder, `${account}.txt`);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toContain(`exiwhy for ${account}: `);
    }
  });

  it('mails each its own report, if it is asked to and there is something to tell', async () => {
    const [folder, users] = [tempFolder(), tempFolder()];
    writeFileSync(join(users, 'anna'), 'DNS=a.example\nCONTACTEMAIL=anna@home.test\nCONTACTEMAIL2=\n');
    writeFileSync(join(users, 'bert'), 'CONTACTEMAIL=|/bin/sh -c evil\n');
    const box = tempFolder();
    const sendmail = tempFile('sendmail', `#!/bin/sh\ncat > ${box}/"$3"\n`);
    chmodSync(sendmail, 0o755);
    const mail = ['--split-by', 'account', '--mail-owners', '--cpanel-users', users, '--sendmail', sendmail];
    const { status, stderr } = split(folder, ...mail, '--mail-from', 'cron@mx.test');
    expect(status).toBe(2);
    expect(stderr).toContain('"|/bin/sh -c evil" is no mail address');
    expect(stderr).toContain('no contact address of carl is known');
    expect(stderr).toContain('3 reports in ');
    expect(stderr).toContain('; 1 mail sent');
    expect(readdirSync(box)).toEqual(['anna@home.test']);
    const { subject, text, html } = await new PostalMime().parse(readFileSync(join(box, 'anna@home.test')));
    expect(subject).toContain('exiwhy for anna: ');
    expect(text).toContain('@a.example');
    expect(`${text} ${html}`).not.toMatch(/[bc]\.example|secret/);
    expect(split(folder, ...mail, '--since', '2030-01-01').stderr).toContain('nothing was sent');
  });

  it('makes no path of a name', () => {
    const folder = tempFolder();
    const maps = tempFile('userdomains', 'a.example: ../evil\nb.example: .hidden\nc.example: carl\n');
    const { status, stderr } = exiwhy(
      ['report', '--split-by', 'account', '--userdomains', maps, '-o', folder, '-'],
      LOG,
    );
    expect(status).toBe(0);
    expect(readdirSync(folder)).toEqual(['carl.txt']);
    expect(stderr).toContain('"../evil"');
    expect(stderr).toContain('".hidden"');
  });

  it('goes with --redact: only the names of the files are real', () => {
    const folder = tempFolder();
    split(folder, '--split-by', 'account', '--redact');
    for (const account of ACCOUNTS) {
      const text = readFileSync(join(folder, `${account}.txt`), 'utf8');
      expect(text).toMatch(/^exiwhy for name-\w+: /);
      expect(text).not.toMatch(/\.test\b|203\.0\.113|[abc]\.example|anna|bert|carl/);
    }
  });

  it.each([
    [['--split-by', 'account'], 'name a folder'],
    [['--split-by', 'account', '-o', 'x', '--format', 'prometheus'], 'has no format prometheus'],
    [['--split-by', 'account', '-o', 'x', '--fail-on', 'wanted>0'], '--fail-on is about one report'],
    [['--split-by', 'account', '-o', 'x', '--mail-to', 'a@b.test'], '--mail-to is about one report'],
    [['--split-by', 'account', '-o', 'x', '--userdomains', '/no/such'], 'cannot read the account map'],
    [['--mail-owners'], '--mail-owners goes with --split-by'],
    [['--split-by', 'mailbox', '-o', 'x'], 'account, reseller'],
  ])('%j is refused', (options, message) => {
    const maps = options.includes('--userdomains')
      ? []
      : ['--userdomains', tempFile('userdomains', 'a.example: anna\n')];
    const { status, stderr } = exiwhy(['report', ...options, ...maps, '-'], LOG);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
