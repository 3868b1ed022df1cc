/**
 * Who lives in the generated log. Everybody is a number, and every name is a function of that number: the
 * truth
 * can then be counted in plain arrays, and no two numbers share a name.
 */

const FIRST_NAMES = [
  'anna',
  'bob',
  'carol',
  'info',
  'news',
  'no-reply',
  'support',
  'zoe.lim',
  'b+x',
  'office',
];
const TRADES = ['shop', 'bank', 'travel', 'post', 'garden', 'cloud', 'books', 'clinic'];
const HOSTED_DOMAINS = 40;

/** Recipients of the server whose log this is. */
export const RECIPIENTS = 6000;

/** How our server is called in the log. */
export const OURS = { name: 'srv1.hosting.example', ipv4: '192.0.2.10', ipv6: '2001:db8::10' };

/**
 * @typedef {object} World
 * @property {number} senders How many senders there are; this number itself stands for the null reverse-path.
 * @property {number} hosts How many SMTP clients there are.
 * @property {number} domains
 * @property {(s: number) => string} sender
 * @property {(s: number) => number} domainOf The number of a sender's domain.
 * @property {(d: number) => string} domain
 * @property {(d: number) => { name: string, ip: string }} mx The host that a callout to the domain reaches.
 * @property {(r: number) => string} recipient
 * @property {(h: number) => string} ip
 * @property {(h: number) => string} client The client as Exim writes it behind `H=`, without its port.
 * @property {(h: number) => string} greeted The same before the client has said HELO.
 */

/**
 * @param {number} senders
 * @param {number} hosts at most 131072 IPv4 clients fit into 198.18.0.0/15; more wrap into 10.0.0.0/8
 * @returns {World}
 */
export function createWorld(senders, hosts) {
  // A multiple of 4, so that s % 4 is also a property of the domain: see sessions.js.
  const domains = 4 * Math.ceil(senders / 16);
  const domain = memo((d) => `${TRADES[d % 8]}${d}.${d % 3 ? 'example' : 'test'}`);
  return {
    senders,
    hosts,
    domains,
    domain,
    domainOf: (s) => s % domains,
    sender: memo((s) => (s === senders ? '' : `${localPart(s)}@${domain(s % domains)}`)),
    mx: memo((d) => ({ name: `mx.${domain(d)}`, ip: `198.51.100.${1 + (d % 254)}` })),
    recipient: memo((r) => `user${r}@hosted${r % HOSTED_DOMAINS}.example`),
    ip: memo(ipOf),
    client: memo(clientOf),
    greeted: memo((h) => (h % 20 > 14 ? `[${ipOf(h)}]` : `${reverseName(h)} [${ipOf(h)}]`)),
  };
}

/** @type {(s: number) => string} */
function localPart(s) {
  const name = FIRST_NAMES[s % FIRST_NAMES.length];
  return s % 97 === 5 ? `"${name} ${s}"` : `${name}${s}`;
}

/** @type {(h: number) => string} */
function ipOf(h) {
  if (h % 20 === 13) return `2001:db8:${(h >> 16).toString(16)}:${(h & 0xffff).toString(16)}::25`;
  const low = `${(h >> 8) & 255}.${h & 255}`;
  return h < 131072 ? `198.${18 + (h >> 16)}.${low}` : `10.${(h >> 16) & 255}.${low}`;
}

/** @type {(h: number) => string} */
function reverseName(h) {
  return `relay${h}.${TRADES[h % 8]}.example`;
}

/**
 * The forms of Exim's `host_build_sender_fullhost()`: the name that DNS confirmed, then in brackets what
 * the client
 * called itself. A HELO name may be an address in brackets of its own.
 *
 * @type {(h: number) => string}
 */
function clientOf(h) {
  const ip = `[${ipOf(h)}]`;
  const form = h % 20;
  if (form < 12) return `${reverseName(h)} ${ip}`;
  if (form < 15) return `${reverseName(h)} (mail-${h}.test) ${ip}`;
  if (form < 18) return `(win-${h}) ${ip}`;
  if (form === 18) return `([203.0.113.${h % 255}]) ${ip}`;
  return `(203.0.113.${h % 255}) ${ip}`;
}

/**
 * @template T
 * @param {(n: number) => T} make
 * @returns {(n: number) => T}
 */
function memo(make) {
  /** @type {T[]} */
  const made = [];
  return (n) => {
    made[n] ??= make(n);
    return made[n];
  };
}
