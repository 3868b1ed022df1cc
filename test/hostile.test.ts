import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exiwhy } from './cli.ts';

const LINE =
  '2026-11-21 04:43:00 H=mx.x.example [203.0.113.1] F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted\n';
const folder = mkdtempSync(join(tmpdir(), 'exiwhy-hostile-'));
const at = (name: string): string => join(folder, name);
const good = at('good.log');
const socket = createServer();

beforeAll(async () => {
  writeFileSync(good, LINE);
  symlinkSync(at('loop2'), at('loop1'));
  symlinkSync(at('loop1'), at('loop2'));
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve));
});
afterAll(() => {
  socket.close();
  rmSync(folder, { recursive: true });
});

/** What is wrong with a file, how many refusals are found in it nevertheless, and what is said. */
const FILES: readonly (readonly [
  name: string,
  content: string | Buffer | null,
  found: number,
  said: string | null,
])[] = [
  ['a line of 20 MB', `${LINE}2026-11-21 04:43:00 H=${'a'.repeat(20e6)}\n${LINE}`, 2, null],
  ['no newline at all', 'x'.repeat(20e6), 0, 'no log of Exim or Postfix: line 1 does not fit: xxx'],
  ['a line of returns', `${'\r'.repeat(60_000)}\n${LINE}`, 1, null],
  ['escapes and no log', '\x1b]0;owned\x07\n', 0, 'does not fit: \\x1b]0;owned\\x07'],
  ['zeros before the first line', `${'\0'.repeat(3000)}${LINE}${LINE}`, 2, null],
  ['zeros between lines', `${LINE}${'\0'.repeat(9000)}\n${LINE}`, 2, null],
  ['zeros and nothing else', Buffer.alloc(100_000), 0, 'it is a binary file'],
  [
    'bytes that are no UTF-8',
    Buffer.from(LINE.replace('mx.x.example', 'm\xff\xfe.example'), 'latin1'),
    1,
    null,
  ],
  ['a byte order mark', `\ufeff${LINE}`, 1, null],
  ['UTF-16', Buffer.from(`\ufeff${LINE}`, 'utf16le'), 0, 'iconv -f UTF-16'],
  ['carriage returns alone', LINE.replaceAll('\n', '\r').repeat(5), 0, "tr '\\r' '\\n'"],
  ['lines that end in CR LF', LINE.replaceAll('\n', '\r\n').repeat(5), 5, null],
  [
    'a gzip with rubbish behind it',
    Buffer.concat([gzipSync(LINE.repeat(99)), Buffer.from('rubbish')]),
    99,
    'damaged',
  ],
  ['a gzip that is cut short', gzipSync(LINE.repeat(9)).subarray(0, -9), 9, 'ends in the middle'],
  ['a gzip of 200 MB without a newline', gzipSync(Buffer.alloc(200e6, 'x')), 0, 'no log of Exim or Postfix'],
  ['loop1', null, 0, 'the symbolic links go in a circle'],
  ['socket', null, 0, 'it is a socket'],
  ['.', null, 0, 'it is a directory'],
  ['nothing', null, 0, 'no such file'],
];

describe('whatever the file is, it is told and the others are read', () => {
  it.each(FILES)('%s', (name, content, found, said) => {
    const path = at(content === null ? name : 'strange');
    if (content !== null) writeFileSync(path, content);
    const { status, stdout, stderr } = exiwhy(['report', '--format', 'json', path, good]);
    const { attempts, books } = JSON.parse(stdout);
    expect({ attempts, status }).toEqual({ attempts: found + 1, status: said === null ? 0 : 2 });
    expect(books.lines).toBe(books.used + books.ignored + books.notUnderstood);
    if (said !== null) expect(stderr).toContain(said);
    expect(stderr.length).toBeLessThan(1000);
  });

  it('a disk that reports an error', () => {
    // The first page of a process is never there: a real EIO from the kernel.
    const { status, stdout, stderr } = exiwhy(['report', '--format', 'json', '/proc/self/mem', good]);
    expect(status).toBe(2);
    expect(stderr).toContain('the disk reported an error');
    expect(JSON.parse(stdout).attempts).toBe(1);
  });

  it('/dev/zero', () => {
    const { status, stderr } = exiwhy(['report', '/dev/zero', good]);
    expect(status).toBe(2);
    expect(stderr).toContain('it is a device');
  });

  it.skipIf(process.getuid?.() !== 0)('a file that only root may read', () => {
    writeFileSync(at('secret'), LINE, { mode: 0o600 });
    const command = `${process.execPath} bin/exiwhy.js report ${at('secret')} 2>&1 || true`;
    const said = execFileSync('setpriv', ['--reuid=65534', '--clear-groups', 'sh', '-c', command]);
    expect(said.toString()).toContain('permission');
  });
});

describe.skipIf(process.platform !== 'linux')('however much a file holds, the memory is bounded', () => {
  /** Kilobytes that this process may take at most: a small trace takes 60,000, a file of 1 GB 250,000. */
  const MOST = 300_000;
  const measuring =
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)))";

  /** Each writes to stdout; what it writes does not fit into the memory that is allowed. */
  it.each([
    ['a line of 500 MB', 'head -c 500000000 /dev/zero | tr "\\0" a', 2],
    ['zeros', 'cat /dev/zero', 2],
    ['strange lines', 'yes strange', 2],
    ['a gzip of 500 MB', 'head -c 500000000 /dev/zero | tr "\\0" x | gzip -1', 2],
    ['a log of long lines', 'echo "$LINE"; head -c 500000000 /dev/zero | tr "\\0" y | fold -w 3000000', 0],
  ])(
    '%s',
    (_, produce, expected) => {
      for (const command of ['report', 'events']) {
        const preload = at('measure.cjs');
        writeFileSync(preload, measuring);
        const shell = `(${produce}) 2>&- | "$0" --require "$1" bin/exiwhy.js ${command} - > /dev/null`;
        const { status, stderr } = spawnSync('sh', ['-c', shell, process.execPath, preload], {
          env: { PATH: process.env['PATH'], TZ: 'UTC', LINE: LINE.trim(), PEAK: at('peak') },
          encoding: 'utf8',
        });
        expect([status, stderr === '']).toEqual([expected, expected === 0]);
        expect(Number(readFileSync(at('peak'), 'utf8'))).toBeLessThan(MOST);
      }
    },
    60_000,
  );
});
