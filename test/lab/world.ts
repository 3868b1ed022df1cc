import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { reverseName, serveDns, zoneMap } from './dns.ts';
import type { Answers, DeadEnd, Scenario, Target, Zone } from './model.ts';
import { serveRemote, tlsContext } from './remote.ts';

/** The tested server. */
export const SERVER = { name: 'srv1.hosting.example', ip: '198.51.100.10', ipv6: '2001:db8::10' } as const;
/** The second real server, which verifies our senders by callouts to us. */
export const PEER = { name: 'mx.partner.example', domain: 'partner.example', ip: '198.51.100.11' } as const;
/** The domain that the tested server hosts, with the mailboxes bob and carol. */
export const HOSTED = 'hosted.example';
export const CERTIFICATE = { key: '/run/lab/tls.key', cert: '/run/lab/tls.crt' } as const;

/** Where the network itself fails; see routes(). An address without any route is unreachable. */
const DEAD_ENDS: Readonly<Record<Exclude<DeadEnd, 'refused'>, string>> = {
  dropped: '192.0.2.250',
  'dropped-no-fastopen': '192.0.2.249',
  'no-route': '192.0.2.251',
  prohibited: '192.0.2.252',
  unreachable: '192.0.2.253',
};
export const NO_FASTOPEN = DEAD_ENDS['dropped-no-fastopen'];

/** The same for many hosts that have nothing to do with each other (RFC 2544's addresses). */
const DEAD_NETWORKS = {
  dropped: 0,
  'no-route': 64,
  prohibited: 128,
  unreachable: 192,
} as const;
export type DeadNetwork = keyof typeof DEAD_NETWORKS;
/** @param number below 64: each has a network of its own. */
export function deadAddress(end: DeadNetwork, number: number): string {
  return `198.19.${DEAD_NETWORKS[end] + (number % 64)}.25`;
}

/** A scenario with its place in the world. */
export interface Placed {
  scenario: Scenario;
  domain: string;
  /** The client's addresses. */
  client: { ipv4: string; other: string; ipv6: string; name: string };
  /** The addresses of its targets, in their order. */
  targets: readonly { ip: string; target: Target }[];
}

/** Gives each scenario its own addresses, by its place in the list. */
export function place(scenarios: readonly Scenario[]): Placed[] {
  let sinks = 0;
  const sinkAddress = (family: 4 | 6): string => {
    const number = 20 + sinks++;
    if (family === 6) return `2001:db8:2::${number.toString(16)}`;
    return number <= 254 ? `198.51.100.${number}` : `192.0.2.${number - 254}`;
  };
  return scenarios.map((scenario, index) => {
    const number = index + 1;
    if (number > 254) throw new Error('more scenarios than addresses: give the clients a second network');
    const domain = `${scenario.id}.example`;
    const targets = (scenario.targets ?? [{}]).map((target) => ({
      target,
      ip:
        typeof target === 'object' || target === 'refused'
          ? sinkAddress(scenario.targetFamily ?? 4)
          : DEAD_ENDS[target],
    }));
    const client = {
      ipv4: `203.0.113.${number}`,
      other: `192.0.2.${100 + number}`,
      ipv6: `2001:db8:1::${number.toString(16)}`,
      name: `mail.${domain}`,
    };
    return { scenario, domain, client, targets };
  });
}

/** What the private machine is made to look like. */
export interface World {
  /** Addresses that our clients connect from. */
  clients: readonly string[];
  servers: readonly { ip: string; target: Target }[];
  zone: ReadonlyMap<string, Answers>;
}

/** The network, the DNS and the remote servers of a list of scenarios, in the private machine. */
export function openWorld(placed: readonly Placed[], zone: Zone = {}): Promise<() => Promise<void>> {
  return openNetwork({
    clients: placed.flatMap(({ client, scenario }) => [
      client.ipv4,
      client.ipv6,
      ...(scenario.sessions.some(({ from }) => from === 'other') ? [client.other] : []),
    ]),
    servers: placed.flatMap(({ targets }) => targets),
    zone: zoneMap(commonZone(), ...placed.map(zoneOf), zone),
  });
}

/** Makes the world in the private machine. @returns what ends it */
export async function openNetwork({ clients, servers, zone }: World): Promise<() => Promise<void>> {
  makeCertificate();
  const answering = servers.filter(({ target }) => typeof target === 'object' || target === 'refused');
  network([
    ...[SERVER.ip, SERVER.ipv6, PEER.ip, ...clients, ...answering.map(({ ip }) => ip)].map(local),
    ...routes(),
  ]);
  const stopDns = await serveDns(zone);
  const tls = tlsContext(readFileSync(CERTIFICATE.key), readFileSync(CERTIFICATE.cert));
  const open: Server[] = [];
  for (const { ip, target } of servers)
    if (typeof target === 'object') open.push(await serveRemote(ip, target, tls));
  return async () => {
    stopDns();
    network(['link delete dead']);
    for (const server of open) server.close();
  };
}

function local(ip: string): string {
  return ip.includes(':') ? `address replace ${ip}/128 dev lo nodad` : `address replace ${ip}/32 dev lo`;
}

function routes(): string[] {
  return [
    // Frames to an ifb device that nobody reads are dropped: the SYN gets no answer.
    'link add name dead type ifb',
    'link set dead up',
    `route replace ${DEAD_ENDS.dropped}/32 dev dead`,
    `route replace ${DEAD_ENDS['dropped-no-fastopen']}/32 dev dead`,
    `route replace unreachable ${DEAD_ENDS['no-route']}/32`,
    `route replace prohibit ${DEAD_ENDS.prohibited}/32`,
    `route replace 198.19.${DEAD_NETWORKS.dropped}.0/18 dev dead`,
    `route replace unreachable 198.19.${DEAD_NETWORKS['no-route']}.0/18`,
    `route replace prohibit 198.19.${DEAD_NETWORKS.prohibited}.0/18`,
  ];
}

function network(commands: readonly string[]): void {
  execFileSync('ip', ['-batch', '-'], {
    input: `${commands.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

function makeCertificate(): void {
  mkdirSync('/run/lab', { recursive: true, mode: 0o755 });
  const subject = `/CN=${SERVER.name}`;
  const options = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '3650',
  ];
  execFileSync(
    'openssl',
    [...options, '-subj', subject, '-keyout', CERTIFICATE.key, '-out', CERTIFICATE.cert],
    {
      stdio: 'ignore',
    },
  );
  execFileSync('chmod', ['644', CERTIFICATE.key]);
}

/** The names of the tested server and of its peer. */
export function commonZone(): Zone {
  return {
    [HOSTED]: { MX: [`10 ${SERVER.name}`] },
    [SERVER.name]: { A: [SERVER.ip], AAAA: [SERVER.ipv6] },
    [reverseName(SERVER.ip)]: { PTR: SERVER.name },
    [reverseName(SERVER.ipv6)]: { PTR: SERVER.name },
    [PEER.domain]: { MX: [`10 ${PEER.name}`] },
    [PEER.name]: { A: [PEER.ip] },
    [reverseName(PEER.ip)]: { PTR: PEER.name },
  };
}

/** `ID.example` with its MX hosts, and a client whose name and address agree. */
function zoneOf({ scenario, domain, client, targets }: Placed): Zone {
  const hosts = targets.map((_, index) =>
    index === 0 || scenario.oneName ? `mx.${domain}` : `mx${index + 1}.${domain}`,
  );
  const addresses = new Map<string, string[]>();
  for (const [index, { ip }] of targets.entries()) {
    const host = hosts[index] ?? '';
    addresses.set(host, [...(addresses.get(host) ?? []), ip]);
  }
  const byHost = [...addresses].map(([host, ips]): [string, Answers] => [
    host,
    { A: ips.filter((ip) => !ip.includes(':')), AAAA: ips.filter((ip) => ip.includes(':')) },
  ]);
  const clients = { A: [client.ipv4, client.other], AAAA: [client.ipv6] };
  const reverse = scenario.noReverseDns
    ? []
    : [client.ipv4, client.other, client.ipv6].map((ip): [string, Answers] => [
        reverseName(ip),
        { PTR: client.name },
      ]);
  return {
    [domain]: { MX: [...addresses.keys()].map((host, index) => `${10 * (index + 1)} ${host}`) },
    ...Object.fromEntries(byHost),
    [client.name]: clients,
    ...Object.fromEntries(reverse),
    ...dnsblOf(scenario, client.ipv4),
    ...scenario.zone,
  };
}

/** The blocklists that the tested server asks; see policies in the drivers. */
function dnsblOf({ policy }: Scenario, ip: string): Zone {
  const listed = ip.split('.').reverse().join('.');
  const entry: Answers = { A: ['127.0.0.2'], TXT: `https://lab.example/q?${ip}` };
  if (policy === 'dnsbl') return { [`${listed}.bl.lab.example`]: entry };
  if (policy === 'dnsbl-warn') return { [`${listed}.warnbl.lab.example`]: entry };
  if (policy === 'dnsbl-servfail') return { [`${listed}.bl.lab.example`]: 'servfail' };
  return {};
}
