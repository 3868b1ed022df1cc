import { accepted, deferred, once, rejected, type Scenario } from '../model.ts';
import { SERVER } from '../world.ts';

/** What DNS can say about the sender's domain. */
export const dns: readonly Scenario[] = [
  {
    id: 'nxdomain',
    title: 'the domain does not exist',
    zone: { 'nxdomain.example': 'nxdomain' },
    sessions: [once(rejected('sender-domain-unroutable'))],
  },
  {
    id: 'nodata',
    title: 'the domain exists and has neither MX nor address',
    zone: { 'nodata.example': {} },
    sessions: [once(rejected('sender-domain-unroutable'))],
  },
  {
    id: 'servfail',
    title: 'SERVFAIL',
    zone: { 'servfail.example': 'servfail' },
    sessions: [once(deferred('sender-domain-dns-temporary'))],
  },
  {
    id: 'dnsrefused',
    title: 'REFUSED',
    zone: { 'dnsrefused.example': 'refused' },
    sessions: [once(deferred('sender-domain-dns-temporary'))],
  },
  {
    id: 'dnstimeout',
    title: 'no answer at all',
    zone: { 'dnstimeout.example': 'silent' },
    sessions: [once(deferred('sender-domain-dns-temporary'))],
  },
  {
    id: 'mxnx',
    title: 'the MX host does not exist',
    zone: { 'mxnx.example': { MX: ['10 gone.mxnx.example'] } },
    sessions: [once(rejected('sender-domain-mx-unusable'))],
  },
  {
    id: 'mxlocal',
    title: 'the MX host is 127.0.0.1',
    zone: { 'mx.mxlocal.example': { A: ['127.0.0.1'] } },
    sessions: [once(rejected('sender-domain-mx-unusable'))],
  },
  {
    id: 'nullmx',
    title: 'null MX (RFC 7505)',
    zone: { 'nullmx.example': { MX: ['0 .'] } },
    sessions: [once(rejected('sender-domain-null-mx'))],
  },
  {
    id: 'mxservfail',
    title: 'SERVFAIL for the MX host',
    zone: { 'mx.mxservfail.example': 'servfail' },
    sessions: [once(deferred('sender-domain-dns-temporary'))],
  },
  {
    id: 'mxip',
    title: 'the MX record holds an address, not a name',
    zone: { 'mxip.example': { MX: ['10 192.0.2.77'] } },
    sessions: [once(rejected('sender-domain-mx-unusable'))],
  },
  {
    id: 'mxself',
    title: 'the MX host is this server, which does not host the domain',
    zone: { 'mxself.example': { MX: [`10 ${SERVER.name}`] } },
    sessions: [once(deferred('sender-domain-mx-is-us'))],
  },
  {
    id: 'cnameloop',
    title: 'a CNAME that leads to itself',
    zone: { 'cnameloop.example': { CNAME: 'cnameloop.example' } },
    sessions: [once(deferred('sender-domain-dns-temporary'))],
  },
  {
    id: 'hosted-no-such',
    title: 'the sender is of a domain that we host, and does not exist',
    sessions: [once(rejected('sender-local-unknown'), { mail: { from: 'ghost@hosted.example' } })],
  },
  {
    id: 'idn',
    title: 'a punycode domain that does not exist',
    sessions: [
      once(rejected('sender-domain-unroutable'), { mail: { from: 'alice@xn--bcher-kva.idn.example' } }),
    ],
  },
  {
    id: 'bounce',
    title: 'the null reverse-path is not verified',
    sessions: [once(accepted, { mail: { from: '' } })],
  },
];
