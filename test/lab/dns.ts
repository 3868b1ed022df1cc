import { createSocket, type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import type { Answers, DnsFailure, Records, Zone } from './model.ts';

/** RFC 1035 §3.2.2, RFC 3596. */
const TYPES = { A: 1, CNAME: 5, PTR: 12, MX: 15, TXT: 16, AAAA: 28 } as const;
/** RFC 1035 §4.1.1. */
const RCODES: Readonly<Record<Exclude<DnsFailure, 'silent'>, number>> = {
  nxdomain: 3,
  servfail: 2,
  refused: 5,
};

/** Answers for a zone on 127.0.0.1:53. Names that the zone lacks do not exist. */
export async function serveDns(zone: ReadonlyMap<string, Answers>): Promise<() => void> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const answer = answerTo(query, zone);
    if (answer) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, '127.0.0.1', resolve);
  });
  return () => socket.close();
}

/** The names of a zone in the form in which they are asked for. */
export function zoneMap(...zones: readonly Zone[]): Map<string, Answers> {
  return new Map(
    zones.flatMap((zone) => Object.entries(zone)).map(([name, answers]) => [name.toLowerCase(), answers]),
  );
}

/** `5.113.0.203.in-addr.arpa`; an IPv6 address by its nibbles (RFC 3596 §2.5). */
export function reverseName(ip: string): string {
  if (isIPv4(ip)) return `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
  return `${[...ipv6(ip).toString('hex')].reverse().join('.')}.ip6.arpa`;
}

function answerTo(query: Buffer, zone: ReadonlyMap<string, Answers>): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const asked = query.readUInt16BE(at + 1);
  const question = query.subarray(12, at + 5);
  const found = zone.get(labels.join('.').toLowerCase()) ?? 'nxdomain';
  if (found === 'silent') return null;
  const records = typeof found === 'string' ? [] : resourceRecords(found, asked);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header[2] = 0x85; // an authoritative response, recursion desired
  header[3] = 0x80 | (typeof found === 'string' ? RCODES[found] : 0);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

function resourceRecords(records: Records, asked: number): Buffer[] {
  const data: [type: number, data: Buffer][] = [];
  if (records.CNAME) data.push([TYPES.CNAME, name(records.CNAME)]);
  if (asked === TYPES.PTR && records.PTR) data.push([asked, name(records.PTR)]);
  if (asked === TYPES.TXT && records.TXT)
    data.push([asked, Buffer.concat([Buffer.of(records.TXT.length), Buffer.from(records.TXT)])]);
  if (asked === TYPES.A)
    for (const ip of records.A ?? []) data.push([asked, Buffer.from(ip.split('.').map(Number))]);
  if (asked === TYPES.AAAA) for (const ip of records.AAAA ?? []) data.push([asked, ipv6(ip)]);
  if (asked === TYPES.MX) for (const mx of records.MX ?? []) data.push([asked, mxData(mx)]);
  return data.map(([type, rdata]) => {
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0); // the name of the question
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(60, 6);
    head.writeUInt16BE(rdata.length, 10);
    return Buffer.concat([head, rdata]);
  });
}

function mxData(text: string): Buffer {
  const [preference = '0', host = '.'] = text.split(' ');
  return Buffer.concat([Buffer.of(0, Number(preference)), name(host)]);
}

function name(text: string): Buffer {
  const labels = text.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ]);
}

function ipv6(text: string): Buffer {
  if (!isIPv6(text)) throw new Error(`${text} is no address`);
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const bytes = Buffer.alloc(16);
  [...before, ...zeros, ...after].forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return bytes;
}
