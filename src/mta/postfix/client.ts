import type { Client } from '../../model/record.ts';

/** A client in a line, and where the line goes on behind it. */
export interface ClientItem {
  client: Client;
  end: number;
}

/** The name is that of DNS and holds neither brackets nor spaces; smtpd_client_port_logging adds the port. */
const CLIENT = /^([^\s[\]<>;,]*)\[([^\]\s]{1,64})\](?::(\d{1,5}))?/;

/**
 * Reads a client as smtpd and postscreen print it (smtpd_peer.c, postscreen.c; Postfix 2.0-3.10):
 *
 *     mail.example[203.0.113.5]   unknown[203.0.113.7]   unknown[unknown]   [203.0.113.9]:51143   h[2001:db8::1]:40000
 *
 * `unknown` stands for a name that DNS did not confirm.
 *
 * @returns null when no client stands at `start`.
 */
export function readClient(text: string, start: number): ClientItem | null {
  const found = CLIENT.exec(text.slice(start, start + 400));
  if (!found) return null;
  const [all, name = '', ip = '', port] = found;
  return {
    client: {
      ip: ip === 'unknown' ? null : ip,
      port: port === undefined ? null : Number(port),
      reverseName: name === '' || name === 'unknown' ? null : name,
      heloName: null,
    },
    end: start + all.length,
  };
}
