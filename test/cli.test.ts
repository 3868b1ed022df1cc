import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { exiwhy } from './cli.ts';
import { readTruth } from './truth.ts';

const FOUNDING = 'fixtures/founding-case.log';
const CPANEL = 'fixtures/cpanel-exim-4.96.log';
const folder = mkdtempSync(join(tmpdir(), 'exiwhy-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const ndjson = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('exiwhy trace', () => {
  it('tells the founding case: one attempt, its cause, its client', () => {
    const { status, stdout } = exiwhy(['trace', '--format', 'ndjson', FOUNDING]);
    expect(status).toBe(0);
    expect(ndjson(stdout)).toEqual([
      {
        schema: 1,
        type: 'attempt',
        time: '2008-11-17T15:02:27+00:00',
        mta: 'exim',
        direction: 'inbound',
        queueId: null,
        sender: 'administrator@customer.example.com',
        recipient: 'raam@mydomain.com',
        client: {
          ip: '67.26.151.59',
          port: 36752,
          reverseName: 'relay1.example.com',
          heloName: 'qsv-spam1.example.com',
        },
        callout: {
          host: 'customer.example.com',
          ip: '163.112.75.15',
          command: null,
          code: null,
          enhanced: null,
          text: null,
        },
        remote: null,
        stage: 'rcpt',
        permanent: false,
        clientReply: null,
        cause: 'callout-connect-timeout',
        evidence: 'logged',
        inferredFrom: null,
        fault: 'network',
        outcome: 'retrying',
        acceptedTime: null,
        tries: 1,
        submission: false,
        authenticatedAs: null,
        wanted: { score: 0.82, signals: expect.any(Array) },
        reply: null,
        reason: 'could not connect to customer.example.com [163.112.75.15]: Connection timed out',
        advice: expect.any(String),
        lines: [
          { file: FOUNDING, line: 1 },
          { file: FOUNDING, line: 2 },
        ],
      },
    ]);
  });

  it.each([
    ['raam@mydomain.com', 0],
    ['RAAM@MyDomain.com', 0],
    ['raam', 0],
    ['mydomain.com', 0],
    ['@mydomain.com', 0],
    ['relay1.example.com', 0],
    ['67.26.151.59', 0],
    ['67.26.151.0/24', 0],
    ['163.112.75.15', 0],
    ['aam@mydomain.com', 1],
    ['raam@mydomain.com.au', 1],
    ['domain.com', 1],
    ['example.com', 1],
    ['67.26.151.5', 1],
    ['67.26.152.0/24', 1],
  ])('matches %s on whole fields: exit %i', (who, expected) => {
    expect(exiwhy(['trace', who, FOUNDING]).status).toBe(expected);
  });

  it('finds of each address what is in the trace of all, though it reads fewer lines', () => {
    const all = ndjson(exiwhy(['trace', '--format', 'ndjson', CPANEL]).stdout);
    const pairs = all.filter(({ recipient }, index) => recipient !== null && index % 20 === 0);
    expect(pairs.length).toBeGreaterThan(5);
    const text = readFileSync(CPANEL, 'utf8').split('\n');
    const linesOf = (attempt: Record<string, unknown>): string => {
      const lines = attempt['lines'] as { line: number }[];
      return lines.map(({ line }) => `${text[line - 1]}\n`).join('');
    };
    for (const attempt of pairs) {
      const [sender, recipient] = [String(attempt['sender']), String(attempt['recipient'])];
      // Only where no score is asked for may lines be left out.
      const named = (who: string): string => exiwhy(['trace', who, '--raw', CPANEL]).stdout;
      const about = (who: string): string =>
        all
          .filter(({ sender, recipient, authenticatedAs }) =>
            [sender, recipient, authenticatedAs].includes(who),
          )
          .map(linesOf)
          .join('\n');
      expect(named(recipient)).toBe(about(recipient));
      if (sender !== '') expect(named(sender.toUpperCase())).toBe(about(sender));
    }
  }, 60_000);

  it('looks in the field that is named', () => {
    expect(exiwhy(['trace', '--sender', 'mydomain.com', FOUNDING]).status).toBe(1);
    expect(exiwhy(['trace', '--recipient', 'mydomain.com', FOUNDING]).status).toBe(0);
    expect(exiwhy(['trace', '--host', 'customer.example.com', FOUNDING]).status).toBe(0);
  });

  it('finds the mail of a cPanel account', () => {
    const map = file('userdomains', '#userdomains v1\nmydomain.com: raam1\nother.example: bob\n*: nobody\n');
    expect(exiwhy(['trace', '--account', 'raam1', '--userdomains', map, FOUNDING]).status).toBe(0);
    expect(exiwhy(['trace', 'raam1', '--userdomains', map, FOUNDING]).status).toBe(0);
    expect(exiwhy(['trace', '--account', 'bob', '--userdomains', map, FOUNDING]).status).toBe(1);
    const unknown = exiwhy(['trace', '--account', 'nobody2', '--userdomains', map, FOUNDING]);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('no domain belongs to the account nobody2');
  });

  it('prints the original lines, the reason above its rejection', () => {
    const lines = readFileSync(FOUNDING, 'utf8').split('\n');
    expect(exiwhy(['trace', '--raw', FOUNDING]).stdout).toBe(`${lines[0]}\n${lines[1]}\n`);
  });

  it('keeps to the window', () => {
    const during = ['--since', '2008-11-17 15:00', '--until', '2008-11-17 15:03'];
    expect(exiwhy(['trace', FOUNDING, ...during]).status).toBe(0);
    expect(exiwhy(['trace', FOUNDING, '--since', '2008-11-17 15:03']).status).toBe(1);
    expect(exiwhy(['trace', FOUNDING, '--timezone', 'America/New_York', ...during]).status).toBe(0);
  });

  it('folds the retries of a mail for people and prints each for machines', () => {
    const text = exiwhy(['trace', 'alice@delayed.example', CPANEL]).stdout;
    expect(text).toContain('deferred 2 times, accepted later');
    expect(exiwhy(['trace', 'alice@delayed.example', '--each', CPANEL]).stdout).toContain(
      'deferred, accepted later',
    );
    const attempts = ndjson(exiwhy(['trace', 'alice@delayed.example', '--format', 'ndjson', CPANEL]).stdout);
    expect(attempts.map(({ tries, outcome }) => [tries, outcome])).toEqual([
      [2, 'accepted-later'],
      [2, 'accepted-later'],
    ]);
  });

  it.each(['text', 'json', 'ndjson', 'csv', 'markdown', 'html'])('keeps a terminal safe in %s', (format) => {
    const hostile = `2026-11-21 04:43:00 H=(\x1b[2J\u202e|<b>) [203.0.113.5] F=<=cmd()@x.example> rejected RCPT <b@here.example>: \x1b]0;x\x07 no\n`;
    const { stdout, status } = exiwhy(['trace', '--format', format, '-'], hostile);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    if (format === 'csv') expect(stdout).toContain("'=cmd()@x.example");
  });

  it('writes to a file whose ending chooses the format', () => {
    const path = join(folder, 'out.csv');
    const { stdout, status } = exiwhy(['trace', FOUNDING, '-o', path]);
    expect([status, stdout]).toEqual([0, '']);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toContain('client.ip');
    expect(exiwhy(['trace', FOUNDING, '-o', join(folder, 'no', 'such.csv')]).status).toBe(2);
  });
});

describe('what is read', () => {
  const whole = exiwhy(['trace', '--format', 'ndjson', CPANEL]).stdout.replaceAll(CPANEL, 'LOG');
  const bytes = readFileSync(CPANEL);

  it('is the same from stdin, compressed, and in two files in any order', () => {
    expect(
      exiwhy(['trace', '--format', 'ndjson', '-'], bytes).stdout.replaceAll('"file":"-"', '"file":"LOG"'),
    ).toBe(whole);
    const gz = file('exim_mainlog.gz', gzipSync(bytes));
    expect(exiwhy(['trace', '--format', 'ndjson', gz]).stdout.replaceAll(gz, 'LOG')).toBe(whole);
    const cut = bytes.indexOf('\n2026-11-21 04:43:03 ') + 1;
    const [first, second] = [file('1.log', bytes.subarray(0, cut)), file('2.log', bytes.subarray(cut))];
    const withoutLines = (text: string): unknown[] =>
      ndjson(text).map(({ lines: _, inferredFrom: __, ...attempt }) => attempt);
    expect(withoutLines(exiwhy(['trace', '--format', 'ndjson', second, first]).stdout)).toEqual(
      withoutLines(whole),
    );
  });

  it('counts nothing twice when the reject log is given too', () => {
    const refusals = bytes
      .toString('latin1')
      .split('\n')
      .filter((line) => /rejected|sender verify/.test(line));
    const log = file('exim_mainlog', bytes);
    const reject = file(
      'exim_rejectlog',
      Buffer.from(`${refusals.join('\n')}\nEnvelope-from: <a@x.example>\nP Received: from x\n`, 'latin1'),
    );
    const { stdout, stderr } = exiwhy(['trace', '--format', 'ndjson', reject, log]);
    expect(stderr).toBe('');
    expect(stdout.replaceAll(log, 'LOG')).toBe(whole);
  });

  it('ends quietly when the reader has seen enough', async () => {
    const { spawn } = await import('node:child_process');
    const child = spawn('sh', ['-c', `${process.execPath} bin/exiwhy.js events ${CPANEL} | head -n 1`], {
      stdio: 'pipe',
    });
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(errors).toBe('');
  });
});

describe('what cannot be read', () => {
  it.each([
    ['a missing file', 'no-such-file.log', 'no-such-file.log'],
    ['a directory', 'fixtures/', 'directory'],
  ])('%s is told, the others are read, exit 2', (_, name, message) => {
    const { status, stdout, stderr } = exiwhy(['report', '--format', 'json', name, FOUNDING]);
    expect(status).toBe(2);
    expect(stderr).toContain('exiwhy: error:');
    expect(stderr).toContain(message);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'report', attempts: 1 });
  });

  it('is told by the answer itself, for who reads it may not see the errors', () => {
    const report = exiwhy(['report', '--quiet-if-empty', 'no-such-file.log']);
    expect(report.stdout.split('\n')[0]).toBe('exiwhy: 1 log could not be read');
    expect(report.stdout.replace(/\s+/g, ' ')).toContain(
      'cannot read no-such-file.log: there is no such file',
    );
    const { stdout } = exiwhy(['trace', 'bob@x.example', 'no-such-file.log', FOUNDING]);
    expect(stdout.split('\n')[0]).toBe('no refused mail for bob@x.example; 1 log could not be read');
    const json = exiwhy(['trace', '--format', 'json', '--redact', FOUNDING, 'package.json']).stdout;
    expect(JSON.parse(json).books.notRead).toEqual([
      { name: 'package.json', reason: 'it is no log of Exim or Postfix: line 1 does not fit: {' },
    ]);
  });

  it('a file that is no mail log is refused with its first strange line', () => {
    const readme = exiwhy(['report', 'package.json']);
    expect(readme.status).toBe(2);
    expect(readme.stderr).toContain('no log of Exim or Postfix: line 1 does not fit: {');
    const binary = exiwhy(['report', process.execPath]);
    expect(binary.status).toBe(2);
    expect(binary.stderr).toContain('binary');
  });

  it('a wrong command line is told with what would be right', () => {
    expect(exiwhy(['trace', '--cause', 'callout-timeout', FOUNDING])).toMatchObject({
      status: 2,
      stdout: '',
    });
    expect(exiwhy(['trace', '--since', 'last tuesday', FOUNDING]).stderr).toContain('--since');
    expect(exiwhy(['trace', '--format', 'yaml', FOUNDING]).status).toBe(2);
    expect(exiwhy(['frobnicate']).status).toBe(2);
    expect(exiwhy(['report', '--timezone', 'Mars/Olympus', FOUNDING]).stderr).toContain('Mars/Olympus');
  });

  it('an empty log is no error', () => {
    expect(exiwhy(['report', file('empty.log', '')])).toMatchObject({ status: 0, stderr: '' });
    expect(exiwhy(['trace', file('empty2.log', '')])).toMatchObject({ status: 1, stderr: '' });
  });
});

/** A sender whose server refuses us because of a list. */
function blocklisted(name: string): string {
  const host = `2026-11-21 04:43:00 [7] H=mx.${name}.example [203.0.113.9]`;
  const reply = '554 5.7.1 Service unavailable; Client host [198.51.100.10] blocked using bl.lab.example';
  return (
    `${host} sender verify fail for <x@${name}.example>: mx.${name}.example [198.51.100.9] : SMTP error from remote mail server after RCPT TO:<x@${name}.example>: ${reply}\n` +
    `${host} F=<x@${name}.example> rejected RCPT <bob@hosted.example>: Sender verify failed\n`
  );
}

describe('exiwhy report', () => {
  it('keeps its books', () => {
    const { books, attempts, problems } = JSON.parse(exiwhy(['report', '--format', 'json', CPANEL]).stdout);
    expect(books.used + books.ignored + books.notUnderstood).toBe(books.lines);
    expect(books.lines).toBe(readFileSync(CPANEL, 'latin1').split('\n').length - 1);
    const refused = readTruth(CPANEL.replace('.log', '.truth.tsv')).filter(
      ({ verdict }) => verdict !== 'accepted',
    );
    expect(attempts).toBe(refused.length);
    expect(problems.every(({ fault }: { fault: string }) => fault !== 'sender')).toBe(true);
  });

  it('shows what it did not understand', () => {
    const log = file('strange.log', `${readFileSync(FOUNDING)}2026-11-21 04:43:00 something new\n`);
    const { stdout } = exiwhy(['report', log]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('1 not understood');
    expect(stdout).toContain('something new');
  });

  const STRANGER =
    '2026-11-21 04:43:00 H=(spam) [203.0.113.5] F=<a@x.example> rejected RCPT <b@here.example>: No such user here\n';

  it.each([
    ['no refusal', '', ''],
    ['nothing to act on', STRANGER, ''],
    [
      'a line that was not understood',
      `${STRANGER}2026-11-21 04:43:00 something new\n`,
      'exiwhy: 1 line not understood; 1 refusal',
    ],
    [
      'mail that may be wanted',
      readFileSync(FOUNDING, 'utf8'),
      'exiwhy: 1 mail of 1 domain stopped though the sender may exist; 1 refusal',
    ],
    [
      'a blocklist that names us, and little room in the line',
      ['a', 'b'].map(blocklisted).join(''),
      'exiwhy: it is us: bl.lab.example; 2 mails of 2 domains stopped; 2 refusals',
    ],
  ])('--quiet-if-empty with %s', (_, log, firstLine) => {
    const { status, stdout, stderr } = exiwhy(['report', '--quiet-if-empty', '-'], log);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[0]).toBe(firstLine);
    if (firstLine === '') expect(stdout).toBe('');
    const page = join(folder, 'quiet.html');
    exiwhy(['report', '--quiet-if-empty', '-o', page, '-'], log);
    expect(readFileSync(page, 'utf8') === '').toBe(firstLine === '');
  });

  it('shows of each problem the lines of a mail that was stopped, the reason among them', () => {
    const page = exiwhy(['report', '--format', 'html', FOUNDING]).stdout;
    for (const line of readFileSync(FOUNDING, 'utf8').trimEnd().split('\n').slice(0, 2)) {
      expect(page).toContain(line.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
    }
  });

  it('stays within 78 ASCII columns in a mail', () => {
    for (const line of exiwhy(['report', '--detail', 'high', CPANEL]).stdout.split('\n')) {
      expect(line).toMatch(/^[\x20-\x7e]*$/);
      if (line.includes(' ')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });
});

describe('exiwhy --help', () => {
  it.each([
    [['--help']],
    [['trace', '--help']],
    [['report', '--help']],
    [['events', '--help']],
  ])('%j', (args) => {
    const { status, stdout } = exiwhy(args);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: exiwhy');
  });
});

describe('the bundle', () => {
  /** Every file of ours that Node opened, as it says itself. */
  const opened = (args: readonly string[]): string[] => {
    const { stderr } = exiwhy(args, '', { NODE_DEBUG: 'module' });
    return [...new Set([...stderr.matchAll(/load "\S*\/dist\/(\w+)[\w.-]*"/g)].map(([, name = '']) => name))];
  };

  it('opens the readers of logs only for a command that reads one', () => {
    expect(opened(['--version'])).toContain('cli');
    expect(opened(['--version'])).not.toContain('core');
    expect(opened(['trace', 'raam@mydomain.com', FOUNDING])).toContain('core');
  });
});
