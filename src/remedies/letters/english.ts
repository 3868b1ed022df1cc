import type { Words } from './words.ts';

export const english: Words = {
  letter: `Subject: Mail from {{domain}} does not get through

Dear postmaster of {{domain}},

our mail server could not take mail from your domain. {{problem}}

  senders:     {{senders}}
  recipients:  {{recipients}}
  sent by:     {{client}}
  tries:       {{attempts}}, {{first}} to {{last}}
  our server:  {{ourServer}}
  we asked:    {{asked}}
  we said:     {{command}}
  the answer:  {{reply}}

From our log (times in UTC):

{{lines}}

{{request}}

You can test it yourself:

  {{test}}

Please answer to {{ourContact}}.

{{ourName}}
`,
  customer: `Subject: Mail from {{domain}} to you

Hello,

we were asked why mail from {{domain}} did not reach you between {{first}} and {{last}}. {{customer}}

We have the details at hand, and will gladly explain them to the sender's technical staff.

{{ourName}}
`,
  noReply: 'no answer at all',
  requests: {
    answer: {
      problem:
        'Before we take a message, we make sure that its sender can be answered, and the mail server of your domain did not speak with ours.',
      request:
        'Please let your mail server accept connections on port 25 from the whole internet (RFC 5321, section 5.1), or correct the MX record if it names the wrong host.',
      customer:
        "The sender's own mail server cannot be reached, so nobody could have answered that mail. It has to be repaired by the sender's provider; we have asked them to.",
    },
    'repair-dns': {
      problem:
        'Before we take a message, we look up where its sender gets mail, and the DNS of your domain does not tell.',
      request:
        'Please publish an MX record that names a host with a public address (RFC 5321, section 5.1), and make sure that all name servers of the domain answer.',
      customer:
        "The sender's domain is not set up to receive mail, so no answer could reach it. Only the sender's provider can repair that.",
    },
    'null-mx': {
      problem:
        'Your domain says in DNS that it takes no mail at all (null MX), so nothing that is sent from it can be answered.',
      request:
        'Please send from a domain that accepts mail: RFC 7505, section 4.2, asks not to use a null MX domain as a sender.',
      customer:
        "The sender's domain declares that it takes no mail, so no answer could reach it. The sender has to use another address.",
    },
    'accept-bounces': {
      problem:
        'Your mail server refuses the null reverse-path, MAIL FROM:<>, with which every delivery report is sent.',
      request:
        'Please accept MAIL FROM:<>: RFC 1123, section 5.2.9, says that it MUST be supported, and RFC 5321, sections 4.5.5 and 6.1, that reports MUST use it. As it is, your own users never learn that a mail of theirs was not delivered.',
      customer:
        "The sender's mail server takes no delivery reports, as all mail servers must. The sender's provider has to change one setting; we have told them which.",
    },
    'create-mailbox': {
      problem:
        'Your own mail server says that the address from which the mail was sent does not exist or is disabled, so no delivery report can reach it.',
      request:
        'Please create the address, if only to throw away what comes in, or send from one that exists (RFC 5321, sections 3.6.3 and 4.5.5: reports go to the reverse-path).',
      customer:
        "The sender's own server says that this sender's address does not exist, so no answer could reach it. The sender has to use an address that exists.",
    },
    'empty-mailbox': {
      problem: 'Your own mail server says that the mailbox of the sender is full, so no answer can reach it.',
      request: 'Please make room in the mailbox, or send from another one.',
      customer: "The sender's mailbox is full, so no answer could reach it. The sender has to make room.",
    },
    'accept-domain': {
      problem:
        'The host that your MX record names does not know your domain, so nothing that is sent from it can be answered.',
      request:
        'Please let that host accept mail for the domain, or correct the MX record (RFC 5321, section 5.1).',
      customer:
        "The sender's domain points to a mail server that does not know it. The sender's provider has to repair that.",
    },
    'no-greylisting': {
      problem:
        'Your mail server greylists ours when we make sure that the sender exists, so that your mail has to wait.',
      request:
        'Please exempt our address from greylisting (RFC 6647 speaks of such exceptions), or at least the null reverse-path.',
      customer:
        "The sender's mail server makes ours wait, and so the mail is late. It usually arrives with the next try.",
    },
    temporary: {
      problem: 'Your mail server put ours off when we made sure that the sender exists.',
      request: 'Please look for our address in the log of that server, and mend what puts it off.',
      customer:
        "The sender's mail server puts ours off. The mail is tried again for some days; the sender's provider has to repair the cause.",
    },
    unblock: {
      problem: 'Your mail server refuses ours before it has heard what it is about.',
      request:
        'Please take our address off your block list, or tell us what led to the entry: we will repair it on our side.',
      customer: "The sender's mail server refuses ours at the moment. We are in contact with its operator.",
    },
    tls: {
      problem: 'Your mail server and ours could not agree on an encrypted connection.',
      request:
        'Please check STARTTLS on that server (RFC 3207); section 4 asks that a public server takes mail without it as well.',
      customer:
        "The sender's mail server and ours could not agree on an encrypted connection. The sender's provider has been asked to look.",
    },
    login: {
      problem:
        'The host that your MX record names asks us to log in: it is for your own users only, and takes no mail from outside.',
      request:
        'Please let the MX record name the server that takes mail from the internet (RFC 5321, section 5.1).',
      customer:
        "The sender's domain points to a server that takes no mail from outside. The sender's provider has to repair that.",
    },
    postmaster: {
      problem: 'Your domain has no postmaster: the address is refused.',
      request: 'Please accept mail for postmaster, as RFC 5321, section 4.5.1, demands of every domain.',
      customer:
        "The sender's domain lacks an address that every domain must have. The sender's provider has to add it.",
    },
    explain: {
      problem:
        'Your own mail server refuses the address from which the mail was sent, so no delivery report can reach it.',
      request:
        'Please tell us what the answer below means, or let your server accept reports for its own senders (RFC 5321, sections 4.5.5 and 6.1).',
      customer:
        "The sender's own server refuses mail for that sender's address. The sender's provider has to look into it.",
    },
  },
};
