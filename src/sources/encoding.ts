import { NEWLINE, RETURN } from '../ascii.ts';

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The bytes of a file behind the byte order mark that an editor of Windows puts before UTF-8. */
export function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, MARK.length).equals(MARK) ? head.subarray(MARK.length) : head;
}

/** Whether there are two lines at least, and no newline. */
function endsInReturns(head: Buffer): boolean {
  const first = head.indexOf(RETURN, 1);
  return first !== -1 && head.indexOf(RETURN, first + 2) !== -1 && !head.includes(NEWLINE);
}

/** What is wrong with the encoding of a file that begins with these bytes, and what to do about it; null: nothing. */
export function foreignEncoding(head: Buffer): { reason: string; help: string } | null {
  if (UTF16_MARKS.some((mark) => head.subarray(0, 2).equals(mark)))
    return {
      reason: 'it is UTF-16, as an editor of Windows saves it',
      help: 'convert it first: iconv -f UTF-16 -t UTF-8',
    };
  if (endsInReturns(head))
    return {
      reason: 'its lines end in carriage returns alone',
      help: "convert it first: tr '\\r' '\\n'",
    };
  return null;
}

const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
