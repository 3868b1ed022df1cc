import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-offline-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns the system calls about the network that a program and its children made. */
function networkCallsOf(program: string, args: readonly string[]): { status: number | null; calls: string } {
  const calls = join(folder, 'calls');
  const { status } = spawnSync(
    'strace',
    ['-f', '-qq', '-e', 'trace=%network', '-o', calls, program, ...args],
    {
      input: readFileSync('fixtures/cpanel-exim-4.96.log'),
      env: { PATH: process.env['PATH'], TZ: 'UTC' },
    },
  );
  return { status, calls: readFileSync(calls, 'utf8') };
}

const ACCOUNTS = join(folder, 'accounts');
writeFileSync(ACCOUNTS, 'hosted.example: hosted\n');
const LIST = join(folder, 'list');
writeFileSync(LIST, '192.0.2.1\n');
const EXIM = 'fixtures/cpanel-exim-4.96.log';
const POSTFIX = 'fixtures/postfix-3.7-reject.log';
/** Pairs of sockets and Unix sockets stay on the machine. */
const LEAVES = /AF_INET|AF_NETLINK|AF_PACKET/;

const COMMANDS: readonly (readonly string[])[] = [
  ['trace', 'bob@hosted.example', EXIM],
  ['trace', '--format', 'json', 'bob@hosted.example', POSTFIX],
  ['report', '--detail', 'high', EXIM, POSTFIX],
  ['report', '-'],
  ['events', EXIM],
  ['whitelist', '--all', '--replay', EXIM],
  ['whitelist', '--audit', '--file', '/dev/null', EXIM],
  ['contacts', EXIM],
  ['contacts', '--format', 'eml', '-o', join(folder, 'drafts'), EXIM],
  ['explain', '550 5.1.1 <alice@rcpt550.example>: see https://lab.example/help'],
  ['follow', '-'],
  ['trace', '--raw', EXIM],
  ['trace', '--redact', '--format', 'csv', EXIM],
  ['report', '-o', join(folder, 'report.html'), EXIM],
  ['report', '-o', join(folder, 'report.eml'), EXIM],
  ['report', '--format', 'prometheus', EXIM],
  ['check', '-w', '1000', EXIM],
  ['report', '--state', join(folder, 'state'), '--history', join(folder, 'history'), EXIM],
  ['report', '--from-history', '--history', join(folder, 'history')],
  [
    'report',
    '--split-by',
    'account',
    '--userdomains',
    ACCOUNTS,
    '--trueuserdomains',
    ACCOUNTS,
    '-o',
    join(folder, 'split'),
    EXIM,
  ],
  ['merge', '--format', 'ndjson', join(folder, 'history')],
  ['whitelist', '--apply', '--file', LIST, 'fixtures/founding-case.log'],
  ['whitelist', '--undo', '--file', LIST],
  ['contacts', '--for', 'customer', '--language', 'ru', EXIM],
  ['report', '--help'],
  ['--version'],
];

describe('nothing leaves the machine', () => {
  it.each(COMMANDS.map((args) => [args.join(' '), args] as const))('%s', (_, args) => {
    const { status, calls } = networkCallsOf(process.execPath, ['bin/exiwhy.js', ...args]);
    expect(status).toBe(0);
    expect(calls).not.toMatch(LEAVES);
  });

  it('and if it did, this would show it', () => {
    const connect = "require('node:net').connect(9, '127.0.0.1').on('error', () => {})";
    expect(networkCallsOf(process.execPath, ['-e', connect]).calls).toMatch(LEAVES);
  });
});
