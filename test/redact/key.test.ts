import { appendFileSync, chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redactionKey } from '../../src/redact/key.ts';
import { exiwhy } from '../cli.ts';
import { tempFile, tempFolder } from '../sources/temp.ts';

describe('the key', () => {
  it('is made once, for its owner alone', () => {
    const path = join(tempFolder(), 'key');
    const key = redactionKey(path);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(redactionKey(path)).toEqual(key);
  });

  it('of a run without one is forgotten', () => {
    expect(redactionKey(undefined)).not.toEqual(redactionKey(undefined));
  });

  it('is refused where others may read it', () => {
    const path = join(tempFolder(), 'key');
    redactionKey(path);
    chmodSync(path, 0o640);
    expect(() => redactionKey(path)).toThrow('others may read the key');
  });

  it('is no other file', () => {
    const path = tempFile('userdomains', 'a.example: bob\n');
    chmodSync(path, 0o600);
    expect(() => redactionKey(path)).toThrow('is no key of exiwhy');
    expect(readFileSync(path, 'utf8')).toBe('a.example: bob\n');
    expect(() => redactionKey(join(tempFolder(), 'no', 'such'))).toThrow('cannot read or make the key');
  });
});

describe('report --state --redact', () => {
  it('keeps the key beside the state, so that a name is the same the next night', () => {
    const state = join(tempFolder(), 'state');
    const log = tempFile('exim_mainlog', readFileSync('fixtures/founding-case.log', 'utf8'));
    const sender = (): string => {
      const args = ['report', '--format', 'json', '--redact', '--state', state, log];
      return JSON.parse(exiwhy(args).stdout).problems[0].sender;
    };
    const first = sender();
    appendFileSync(log, readFileSync('fixtures/founding-case.log', 'utf8').replaceAll('15:02:2', '15:42:2'));
    expect(sender()).toBe(first);
    expect(first).toContain('.invalid');
  });
});

describe('--redact-key', () => {
  const log = 'fixtures/founding-case.log';

  it('gives the same pseudonyms each time, in each command', () => {
    const path = join(tempFolder(), 'key');
    const trace = (): string => exiwhy(['trace', '--redact-key', path, log]).stdout;
    const first = trace();
    expect(trace()).toBe(first);
    const sender = /user-\w+@\S+/.exec(first)?.[0] ?? '';
    expect(exiwhy(['events', '--redact-key', path, log]).stdout).toContain(`"sender":"${sender}"`);
    expect(exiwhy(['trace', '--redact', log]).stdout).not.toContain(sender);
  });

  it('changes no number', () => {
    const strip = (text: string): unknown =>
      JSON.parse(text, (_, value) => (typeof value === 'string' ? '' : value));
    const report = (...args: string[]): unknown =>
      strip(exiwhy(['report', '--format', 'json', ...args, 'fixtures/cpanel-exim-4.96.log']).stdout);
    expect(report('--redact')).toEqual(report());
  });

  it('finds whom the user asked for by the real name', () => {
    const { status, stdout } = exiwhy(['trace', 'raam@mydomain.com', '--redact', log]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^1 refused mail for user-\w+@dom-\w+\.invalid/);
  });
});
