/**
 * What happens on the generated server: sessions, each the list of lines that its processes write. A line is
 * everything behind the stamp.
 *
 * So that the number of refusals that are accepted later is known and not guessed, every sender and every
 * pair of
 * sender and recipient has one role for the whole log:
 * - s % 4 === 3: its domain never passes sender verification for good. Nothing of it is ever accepted, and
 *   only
 *   such senders are refused where no recipient is logged (MAIL, DATA).
 * - otherwise (s + r) % 3 says of the pair: 0, always accepted; 1, refused and never accepted; 2, refused
 *   for a
 *   while and accepted in the end, once in the log's life.
 */

import {
  CALLOUT_DEFERRED,
  DECOY_ANSWERS,
  DECOY_SUBJECTS,
  DEFERS,
  FAILS,
  REFUSALS,
  ROUTE_DEFERRED,
  SUBJECTS,
  VERIFY_FAILED,
} from './forms.js';
import { weighted } from './random.js';
import { OURS, RECIPIENTS } from './world.js';

const ACCEPTED = 0;
const REFUSED = 1;
const RETRIED = 2;

/** Seconds until a client tries again; each client keeps to one of them. */
const RETRY_DELAYS = [300, 900, 3600, 14400];
/**
 * Exim's callout cache: an address 2 h, a domain 3 h; a little less, as lines are written after they are
 * thought of.
 */
const CACHE_SECONDS = { address: 7000, domain: 10000 };
/** A callout that is still under way is in no cache yet. */
const CALLOUT_SECONDS = 30;

/**
 * Sessions by kind; `--reject` multiplies the refusals. The weights are sessions, so the shares of lines
 * follow.
 */
const WEIGHTS = { accepted: 97, outbound: 8, noise: 40, refused: 68, unverified: 20 };

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** @typedef {{ due: number, s: number, r: number, count: number, h: number, tries: number, row: import('./forms.js').Refusal | null }} Retry */

/**
 * @param {object} setting
 * @param {import('./world.js').World} setting.world
 * @param {import('./random.js').Random} setting.random
 * @param {ReturnType<typeof import('./truth.js').createTruth>} setting.truth
 * @param {{ now: number, start: number }} setting.clock seconds, moved on by the log
 * @param {{ reject: number, ids: 'old' | 'new', selector: 'cpanel' | 'default' }} setting.options
 * @returns {() => string[]} the lines of the next session
 */
export function createSessions({ world, random, truth, clock, options }) {
  const cpanel = options.selector === 'cpanel';
  /** @type {Map<number, { at: number, cause: string }>} */
  const cache = new Map();
  /** @type {Set<number>} */
  const retried = new Set();
  /** @type {Retry[][]} */
  const waiting = RETRY_DELAYS.map(() => []);
  const pickFail = weighted(FAILS);
  const pickDefer = weighted(DEFERS);
  const pickRefusal = weighted(REFUSALS);
  const pickKind = weighted([
    { weight: WEIGHTS.accepted, make: ordinary },
    { weight: WEIGHTS.outbound, make: outbound },
    { weight: WEIGHTS.noise, make: noise },
    { weight: WEIGHTS.refused * options.reject, make: refusedAny },
    { weight: WEIGHTS.unverified * options.reject, make: unverifiedAny },
  ]);
  let pids = 0;
  let ids = 0;

  /**
   * One of the process, the port and what the log selector shows of a client.
   *
   * @param {number} h
   */
  function meet(h) {
    const port = 1024 + random.below(64000);
    const ours = world.ip(h).includes(':') ? OURS.ipv6 : OURS.ipv4;
    const socket = cpanel ? `:${port} I=[${ours}]:25` : '';
    return { p: pid(), socket, C: world.client(h) + socket, greeted: world.greeted(h) + socket };
  }

  function pid() {
    pids = (pids + 1 + random.below(3)) % 4_000_000;
    return cpanel ? `[${1000 + pids}] ` : '';
  }

  function messageId() {
    const time = base62(clock.now, 6);
    ids++;
    return options.ids === 'old'
      ? `${time}-${base62(ids, 6)}-${base62(ids % 3844, 2)}`
      : `${time}-${base62(ids, 11)}-${base62(ids % 14776336, 4)}`;
  }

  /**
   * Opens and closes a session as +smtp_connection logs it.
   *
   * @param {ReturnType<typeof meet>} client
   * @param {string} ip
   * @param {string[]} lines
   */
  function connected(client, ip, lines) {
    if (!cpanel) return lines;
    lines.unshift(
      `[812] SMTP connection from [${ip}]${client.socket} (TCP/IP connection count = ${1 + random.below(30)})`,
    );
    if (random.chance(0.64)) lines.push(`${client.p}SMTP connection from ${client.C} closed by QUIT`);
    return lines;
  }

  /**
   * A recipient that has the wanted role with this sender.
   *
   * @param {number} s
   * @param {number} role
   */
  function pair(s, role) {
    const r = 3 + random.zipf(RECIPIENTS - 12);
    return r - ((s + r) % 3) + role;
  }

  function anySender() {
    return random.chance(0.04) ? world.senders : random.zipf(world.senders);
  }

  function goodSender() {
    const s = anySender();
    return s % 4 === 3 && s !== world.senders ? s - 1 : s;
  }

  /** One recipient mostly, never more than three; steps of 3 keep the pair's role. */
  function recipientCount() {
    const u = random.unit();
    return u < 0.72 ? 1 : u < 0.9 ? 2 : 3;
  }

  const tls = () => (random.chance(0.5) ? ' X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no' : '');

  /**
   * Mail that gets in: `<=`, `=>` for each recipient, `Completed`.
   *
   * @param {number} s
   * @param {number} r
   * @param {number} count
   * @param {number} h
   */
  function accepted(s, r, count, h) {
    const client = meet(h);
    const id = messageId();
    const sender = world.sender(s);
    const size = 900 + random.below(60000);
    const to = Array.from({ length: count }, (_, i) => world.recipient(r + 3 * i));
    const decoy = cpanel && random.chance(0.012);
    const subject = decoy
      ? DECOY_SUBJECTS[random.below(DECOY_SUBJECTS.length)]
      : SUBJECTS[random.below(SUBJECTS.length)];
    if (decoy) truth.other.decoys++;
    truth.other.arrivals++;
    truth.other.deliveries += count;
    const lines = [
      `${client.p}${id} <= ${sender || '<>'} H=${client.C} P=esmtps${tls()} S=${size} id=${ids}.${size}@${world.domain(world.domainOf(s))}${cpanel ? ` T="${subject}" for ${to.join(' ')}` : ''}`,
    ];
    const p = pid();
    if (cpanel) lines.push(`${p}cwd=/var/spool/exim 3 args: /usr/sbin/exim -Mc ${id}`);
    for (const address of to) {
      const paths = cpanel ? ` F=<${sender}> P=<${sender}>` : '';
      lines.push(
        `${p}${id} => ${address.slice(0, address.indexOf('@'))} <${address}>${paths} R=virtual_user T=dovecot_virtual_delivery${cpanel ? ` S=${size + 170}` : ''} C="250 2.0.0 <${address}> Saved"`,
      );
    }
    lines.push(`${p}${id} Completed`);
    return connected(client, world.ip(h), lines);
  }

  function ordinary() {
    const s = goodSender();
    const count = random.chance(0.1) ? 2 : 1;
    return accepted(s, pair(s, ACCEPTED), count, random.zipf(world.hosts));
  }

  /** Mail of our own users. What remote servers say of it is no refusal of ours. */
  function outbound() {
    const id = messageId();
    const p = pid();
    const from = world.recipient(3 + random.zipf(RECIPIENTS - 12));
    const d = random.zipf(world.domains);
    const to = `friend${d}@${world.domain(d)}`;
    const mx = `H=${world.mx(d).name} [${world.mx(d).ip}]${cpanel ? `:25 I=[${OURS.ipv4}]:${1024 + random.below(64000)}` : ''}`;
    const route = 'R=dkim_lookuphost T=dkim_remote_smtp';
    const paths = cpanel ? ` F=<${from}> P=<${from}>` : '';
    const port = cpanel ? `:${1024 + random.below(64000)} I=[${OURS.ipv4}]:587` : '';
    const lines = [
      `${p}${id} <= ${from} H=(desk-${d}) [10.20.${d & 255}.7]${port} P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=dovecot_login:${from} S=2711 id=${ids}@${OURS.name}${cpanel ? ` T="${SUBJECTS[d % SUBJECTS.length]}" for ${to}` : ''}`,
    ];
    truth.other.arrivals++;
    const u = random.unit();
    if (u < 0.7) {
      truth.other.deliveries++;
      lines.push(`${p}${id} => ${to}${paths} ${route} ${mx} CV=yes C="250 2.0.0 OK ${ids}"`);
    } else if (u < 0.85) {
      truth.other.bounces++;
      truth.other.decoys++;
      const answer = DECOY_ANSWERS[random.below(DECOY_ANSWERS.length)].replaceAll('{from}', from);
      lines.push(
        `${p}${id} ** ${to}${paths} ${route} ${mx}: SMTP error from remote mail server after RCPT TO:<${to}>: ${answer}`,
      );
    } else {
      truth.other.deferrals++;
      lines.push(
        `${p}${id} == ${to} ${route} defer (-44) ${mx}: SMTP error from remote mail server after RCPT TO:<${to}>: 451 4.7.1 Greylisted, please try again later`,
      );
      return lines;
    }
    lines.push(`${p}${id} Completed`);
    return lines;
  }

  /** Lines that concern no mail, or no refusal. */
  function noise() {
    const h = random.zipf(world.hosts);
    const client = meet(h);
    const u = random.unit();
    if (u < 0.5 && cpanel) return [`${client.p}cwd=/ 4 args: /usr/sbin/exim -bpc -f bob${h}@hosted1.example`];
    if (u < 0.8) return [`${client.p}no host name found for IP address ${world.ip(h)}`];
    if (u < 0.86) return [`${client.p}Start queue run: pid=${pids}`, `${client.p}End queue run: pid=${pids}`];
    if (u < 0.92) {
      truth.other.warnings++;
      return [`${client.p}H=${client.C} Warning: found in warnbl.dnsbl.example (sender verify skipped)`];
    }
    truth.refused({ cause: 'auth-failed', stage: 'auth', temporary: false, sender: null, host: h });
    return connected(client, world.ip(h), [
      `${client.p}dovecot_login authenticator failed for ${client.C}: 535 Incorrect authentication data (set_id=user${h}@hosted1.example)`,
    ]);
  }

  /**
   * @param {Omit<Retry, 'due' | 'tries'>} first
   * @param {number} tries
   */
  function retryLater(first, tries) {
    const slot = (first.s + first.h) % RETRY_DELAYS.length;
    waiting[slot].push({ ...first, due: clock.now + RETRY_DELAYS[slot], tries });
  }

  /**
   * Decides, for a temporary refusal, whether this pair will be accepted in the end.
   *
   * @param {number} s
   */
  function roleOf(s, share = 0.45) {
    const r = pair(s, RETRIED);
    const keys = [0, 3, 6].map((step) => s * RECIPIENTS + r + step);
    if (!random.chance(share) || keys.some((key) => retried.has(key)))
      return { r: pair(s, REFUSED), retry: false };
    for (const key of keys) retried.add(key);
    return { r, retry: true };
  }

  /**
   * A client that was turned away for a while comes back; most get in then.
   *
   * @param {Retry} retry
   */
  function again(retry) {
    const { s, r, count, h, tries, row } = retry;
    if (random.chance(0.25)) {
      retryLater(retry, tries + 1);
      return row ? refused(row, s, [world.recipient(r)], h) : unverified(s, r, count, h, true);
    }
    truth.outcomes['accepted-later'] += tries * count;
    return accepted(s, r, count, random.chance(0.2) ? random.zipf(world.hosts) : h);
  }

  /**
   * @param {import('./forms.js').Refusal} row
   * @param {number | null} s
   * @param {string[]} recipients
   * @param {number} h
   */
  function refused(row, s, recipients, h) {
    const { p, socket, C, greeted } = meet(h);
    const parts = { H: `H=${C}`, C, greeted, ip: world.ip(h), sender: s === null ? '' : world.sender(s) };
    const secured = tls();
    const lines = recipients.map((recipient) => {
      truth.refused({
        cause: row.cause,
        stage: row.stage,
        temporary: Boolean(row.temporary),
        sender: s,
        host: h,
      });
      const id = row.stage === 'data' ? messageId() : '';
      return p + row.text({ ...parts, tls: secured, recipient, id });
    });
    return connected({ p, socket, C, greeted }, parts.ip, lines);
  }

  function refusedAny() {
    const row = pickRefusal(random.unit());
    const h = random.zipf(world.hosts);
    if (row.stage === 'mail' || row.stage === 'data')
      return refused(row, random.zipf(world.senders) | 3, [''], h);
    if (row.stage !== 'rcpt') return refused(row, null, [''], h);
    if (row.to === 'known') {
      const s = row.temporary ? goodSender() : anySender();
      const { r, retry } = row.temporary ? roleOf(s) : { r: pair(s, REFUSED), retry: false };
      if (retry) retryLater({ s, r, count: 1, h, row }, 1);
      const count = row.temporary ? 1 : recipientCount();
      return refused(
        row,
        s,
        Array.from({ length: count }, (_, i) => world.recipient(r + 3 * i)),
        h,
      );
    }
    const at = row.to === 'foreign' ? 'elsewhere.example' : `hosted${random.below(40)}.example`;
    // Strangers try names by the dozen, until they are thrown out.
    const tries = 1 + random.zipf(11);
    return refused(
      row,
      anySender(),
      Array.from({ length: tries }, () => `nosuch${random.below(1e6)}@${at}`),
      h,
    );
  }

  function unverifiedAny() {
    const h = random.zipf(world.hosts);
    const count = recipientCount();
    if (random.chance(0.82)) {
      const s = random.zipf(world.senders) | 3;
      return unverified(s, pair(s, REFUSED), count, h, false);
    }
    const s = random.zipf(world.senders);
    const good = s % 4 === 3 ? s - 1 : s;
    const { r, retry } = roleOf(good);
    if (retry) retryLater({ s: good, r, count, h, row: null }, 1);
    return unverified(good, r, count, h, true);
  }

  /**
   * Two lines for each recipient: why, and whom.
   *
   * @param {number} s
   * @param {number} r
   * @param {number} count
   * @param {number} h
   * @param {boolean} temporary
   */
  function unverified(s, r, count, h, temporary) {
    const { p, socket, C, greeted } = meet(h);
    const d = world.domainOf(s);
    // How a domain fails is a property of the domain, as it is of a real one.
    const reason = (temporary ? pickDefer : pickFail)(fraction(d));
    const sender = world.sender(s);
    const known = recall(reason, s, d);
    const full = fullText(reason, d, sender);
    const ending = !temporary ? VERIFY_FAILED : reason.at === 'route' ? ROUTE_DEFERRED : CALLOUT_DEFERRED;
    const verb = temporary ? 'temporarily rejected' : 'rejected';
    const secured = tls();
    /** @type {string[]} */
    const lines = [];
    for (let i = 0; i < count; i++) {
      const bare = known !== null || (i > 0 && reason.cache !== null);
      const cause = known ?? reason.cause;
      truth.unverified({ cause, stage: 'rcpt', temporary, sender: s, host: h }, bare);
      lines.push(
        `${p}H=${C} sender verify ${temporary ? 'defer' : 'fail'} for <${sender}>${bare ? '' : `: ${full}`}`,
        `${p}H=${C}${secured} F=<${sender}> ${verb} RCPT <${world.recipient(r + 3 * i)}>: ${ending}`,
      );
    }
    return connected({ p, socket, C, greeted }, world.ip(h), lines);
  }

  /**
   * @param {import('./forms.js').Reason} reason
   * @param {number} d
   * @param {string} sender
   */
  function fullText(reason, d, sender) {
    const old = fraction(d + 7) < 0.25 && reason.old;
    const text = (old || reason.text)(world.mx(d), sender);
    const prefixed = reason.at !== 'route' && DEFERS.includes(reason) && !old;
    if (!prefixed) return text;
    return text ? `${CALLOUT_DEFERRED}: ${text}` : CALLOUT_DEFERRED;
  }

  /**
   * The cause that the callout cache holds, or null where a callout is made (and remembered) now. What was
   * cached
   * before the log begins has a cause that no line tells.
   *
   * @param {import('./forms.js').Reason} reason @param {number} s @param {number} d
   */
  function recall(reason, s, d) {
    if (reason.cache === null) return null;
    const key = reason.cache === 'address' ? s : -1 - d;
    const entry = cache.get(key);
    const age = entry ? clock.now - entry.at : Number.POSITIVE_INFINITY;
    if (entry && age < CACHE_SECONDS[reason.cache]) return age > CALLOUT_SECONDS ? entry.cause : null;
    const early = !entry && reason.cache === 'address' && clock.now - clock.start < 3600;
    if (early && random.chance(0.1)) {
      cache.set(key, { at: clock.start - 60, cause: 'verify-reason-unlogged' });
      return 'verify-reason-unlogged';
    }
    cache.set(key, { at: clock.now, cause: reason.cause });
    return null;
  }

  return () => {
    for (const queue of waiting) {
      if (queue.length > 0 && queue[0].due <= clock.now) return again(/** @type {Retry} */ (queue.shift()));
    }
    return pickKind(random.unit()).make();
  };
}

/**
 * A number that looks like chance and is always the same for the same n.
 *
 * @param {number} n
 */
function fraction(n) {
  return ((Math.imul(n + 1, 0x9e3779b1) >>> 0) % 1009) / 1009;
}

/**
 * @param {number} n
 * @param {number} width
 */
function base62(n, width) {
  let text = '';
  for (let rest = n; text.length < width; rest = Math.floor(rest / 62)) text = BASE62[rest % 62] + text;
  return text;
}
