import { wrap } from '../../render/wrap.ts';

/** What fills the places of a template. */
export type Values = Readonly<Record<string, string>>;

/** A letter, filled in. */
export interface Letter {
  subject: string;
  text: string;
}

const PLACE = /\{\{(\w+)\}\}/g;

/** What a template may not be: told to whoever wrote it. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

/**
 * Fills a template in: `Subject: ...`, an empty line, the text. A line all of whose values are empty is left out.
 * Values are a stranger's text: they become one line each, except `lines`, and are never read as a template again.
 *
 * @throws TemplateError where there is no subject or a name is unknown.
 */
export function fill(template: string, values: Values): Letter {
  const [first = '', ...rest] = template.replace(/\r\n/g, '\n').split('\n');
  if (!/^Subject: \S/.test(first)) throw new TemplateError('its first line has to be "Subject: ..."');
  const unknown = [...template.matchAll(PLACE)].find(([, name = '']) => values[name] === undefined);
  if (unknown)
    throw new TemplateError(`it asks for ${unknown[0]}; known are ${Object.keys(values).join(', ')}`);
  const body = rest.flatMap((line) => filled(line, values).flatMap(paragraph)).join('\n');
  return {
    subject: (filled(first.slice(9), values)[0] ?? '').replace(/(?<![: ])[: ]+$/, ''),
    text: `${body.replace(/\n{3,}/g, '\n\n').trim()}\n`,
  };
}

/** Prose is set as in a mail (RFC 5322 section 2.1.1); what is indented stays as it is. */
function paragraph(line: string): string[] {
  return line.startsWith(' ') || line === '' ? [line] : wrap(line, WIDTH).map(({ text }) => text);
}

const WIDTH = 72;

function filled(line: string, values: Values): string[] {
  const names = [...line.matchAll(PLACE)].map(([, name = '']) => name);
  if (names.length > 0 && names.every((name) => values[name] === '')) return [];
  return [line.replace(PLACE, (_, name: string) => values[name] ?? '')];
}
