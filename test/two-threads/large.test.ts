import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exiwhy } from '../cli.ts';
import { ofOthers } from '../odd-log.ts';
import { tempFolder } from '../sources/temp.ts';

const WHO = 'ann@x.example';
const BYTES = 520e6;

/** One that is refused at the beginning, gets in later, and is refused again at the end. */
const MAILS = [
  'H=mx.x.example [203.0.113.5]:4001 sender verify defer for <ann@x.example>: Could not complete sender verify callout: mx.x.example [192.0.2.1] : Connection timed out',
  'H=mx.x.example [203.0.113.5]:4001 F=<ann@x.example> temporarily rejected RCPT <bob@hosted.example>: Could not complete sender verify callout',
  '1xUcwH-00003u-28 <= ann@x.example H=mx.x.example [203.0.113.5]:4002 P=esmtp S=1000 for bob@hosted.example',
  'H=mx.x.example [203.0.113.5]:4003 sender verify fail for <ann@x.example>',
  'H=mx.x.example [203.0.113.5]:4003 F=<ann@x.example> rejected RCPT <eve@hosted.example>: Sender verify failed',
  'a line that nobody understands',
];

const ONE_CPU = `--import=data:text/javascript,${encodeURIComponent(
  `import os from 'node:os';
   import { syncBuiltinESMExports } from 'node:module';
   os.availableParallelism = () => 1;
   syncBuiltinESMExports();`,
)}`;

/** @returns the number of its lines. */
function writeLarge(path: string): number {
  const others = Array.from({ length: 100 }, (_, n) => ofOthers(n)).join('');
  const times = Math.ceil(BYTES / others.length);
  const fd = openSync(path, 'w');
  for (let n = 0; n < times; n++) {
    writeSync(fd, others);
    const mail = MAILS[Math.floor((n * MAILS.length) / times)];
    if (mail !== MAILS[Math.floor(((n - 1) * MAILS.length) / times)])
      writeSync(fd, `2026-11-10 09:00:${10 + Math.floor((n * MAILS.length) / times)} ${mail}\n`);
  }
  closeSync(fd);
  return times * 4000 + MAILS.length;
}

describe('trace in a log of half a gigabyte', () => {
  it('asks a second thread, and says what one alone says', () => {
    const log = join(tempFolder(), 'exim_mainlog');
    const lines = writeLarge(log);
    const two = exiwhy(['trace', WHO, log], '', { NODE_DEBUG: 'worker' });
    expect(two.stderr).toMatch(/create new worker/);
    expect(two.stdout).toContain(lines.toLocaleString('en'));
    const alone = exiwhy(['trace', WHO, log], '', { NODE_DEBUG: 'worker', NODE_OPTIONS: ONE_CPU });
    expect(alone.stderr).toBe('');
    expect(two.stdout).toBe(alone.stdout);
  });
});
