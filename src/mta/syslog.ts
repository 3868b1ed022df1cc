import { isStamp } from './exim/head.ts';

/** What a syslog daemon puts before a program's own text. */
export interface SyslogHead {
  /** Where the stamp begins (behind `<22>` or `<22>1 `), and its form: RFC 3164 or RFC 3339. */
  stamp: number;
  form: 'classic' | 'iso';
  program: string;
  pid: number | null;
  /** Where the program's text begins. */
  text: number;
}

/** `<22>`, `<22>1 ` (RFC 5424); `postfix-mailcow-1  | ` of docker compose logs */
const PRIORITY = /^(?:[\w.-]{1,64} {1,40}\| )?(?:<\d{1,3}>(?:1 )?)?/;
/**
 * `Nov  1 04:35:10 host exim[31374]: text`; Exim's own reader of /dev/log may leave the host out. journald adds parts of a
 * second (short-precise), FreeBSD `<mail.info>` before the host, Solaris `[ID 197553 mail.info]` before the text.
 */
const CLASSIC =
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:<[a-z\d]+\.[a-z]+> )?(?:(\S+) )?([^\s[\]:]+)(?:\[(\d+)\])?: (?:\[ID \d+ [a-z\d]+\.[a-z]+\] )?/;
/** `2026-11-21T04:35:10.013456+00:00 host exim[1234]: text`, RFC 5424: `... host exim 1234 - - text` */
const ISO =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d) (\S+) ([^\s[\]:]+)(?:(?:\[(\d+)\])?: | (\d+|-) \S+ (?:-|\[[^\]]*\]) )/;

/** @returns null when the line was not written by a syslog daemon. */
export function readSyslogHead(text: string): SyslogHead | null {
  if (isStamp(text, 0)) return null;
  const stamp = PRIORITY.exec(text)?.[0].length ?? 0;
  const rest = stamp === 0 ? text : text.slice(stamp);
  const classic = CLASSIC.exec(rest);
  if (classic) {
    const [all, , program = '', pid] = classic;
    return { stamp, form: 'classic', program, pid: pid ? Number(pid) : null, text: stamp + all.length };
  }
  const iso = ISO.exec(rest);
  if (!iso) return null;
  const [all, , program = '', pid, structuredPid] = iso;
  const number = pid ?? (structuredPid === '-' ? undefined : structuredPid);
  return { stamp, form: 'iso', program, pid: number ? Number(number) : null, text: stamp + all.length };
}

/**
 * Exim cuts a long entry into pieces for syslog (log.c syslog_write): `[1/3] `, `[2/3] `; the separator says how that
 * piece ended: `/` in the middle of a line, `\` at a newline. Only the first piece has the entry's prefix.
 */
export class PieceJoiner {
  readonly #open = new Map<number, { text: string; done: boolean }>();

  /**
   * @param text what stands behind the syslog head.
   * @returns the first line of the entry when it is complete, null while pieces are missing or when this piece only
   *   continues an entry that was already returned.
   */
  push(pid: number | null, text: string): string | null {
    const piece = /^\[(\d{1,3})([/\\])(\d{1,3})\] /.exec(text);
    if (!piece) return text;
    const [head, number, separator, total] = piece;
    const key = pid ?? -1;
    const body = text.slice(head.length);
    const entry = number === '1' ? { text: '', done: false } : this.#open.get(key);
    if (!entry) return body;
    entry.text += entry.done ? '' : body;
    const complete = !entry.done && (separator === '\\' || number === total);
    if (complete) entry.done = true;
    if (number === total) this.#open.delete(key);
    else this.#remember(key, entry);
    return complete ? entry.text : null;
  }

  #remember(key: number, entry: { text: string; done: boolean }): void {
    // A piece that never came must not hold its entry for ever: 1000 writers at a time are plenty.
    if (this.#open.size > 1000) this.#open.clear();
    this.#open.set(key, entry);
  }
}

/**
 * With syslog_duplication (the default) a refusal reaches syslog twice, once for the main and once for the reject log.
 * Whether that is so is learnt from the first refusals of the file: where it is off, two equal lines of one process are
 * two refusals.
 */
export class TwinFilter {
  readonly #waiting = new Map<number, string>();
  #singles = 0;
  #mode: 'learning' | 'double' | 'single' = 'learning';

  /** @returns whether this line only repeats the one before it of the same process. */
  isTwin(pid: number | null, text: string): boolean {
    if (this.#mode === 'single' || pid === null) return false;
    const before = this.#waiting.get(pid);
    if (before === text) {
      this.#waiting.delete(pid);
      this.#mode = 'double';
      return true;
    }
    if (before !== undefined && this.#mode === 'learning' && ++this.#singles >= 3) this.#mode = 'single';
    if (this.#waiting.size > 10_000) this.#waiting.clear();
    this.#waiting.set(pid, text);
    return false;
  }
}
