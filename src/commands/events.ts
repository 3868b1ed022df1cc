import { relevantToEvents } from '../mta/exim/relevant.ts';
import { jsonSafe } from '../render/escape.ts';
import { eventJson } from '../shapes.ts';
import type { CommonOptions, Context, ExitStatus } from './context.ts';
import { causeFilter, read, windowOf } from './input.ts';

/** `exiwhy events`: one NDJSON object for each log line that is a mail event, as it is read. */
export async function events(logs: string[], options: CommonOptions, context: Context): Promise<ExitStatus> {
  const { out, redactor } = context;
  const wanted = causeFilter(options.cause);
  const window = windowOf(options, context.now);
  const asDocument = options.format === 'json';
  let printed = 0;
  if (asDocument) out.write('{"schema":1,"type":"events","events":[');
  const result = await read(
    logs,
    window,
    options,
    context,
    () => relevantToEvents,
    (record, cause) => {
      if (!wanted(cause) || !window.holds(record.at)) return;
      const separator = asDocument && printed > 0 ? ',\n' : '';
      printed++;
      out.write(
        `${separator}${jsonSafe(JSON.stringify(eventJson(redactor.record(record), cause)))}${asDocument ? '' : '\n'}`,
      );
    },
  );
  if (asDocument) out.write(`],"books":${jsonSafe(JSON.stringify(result.books))}}\n`);
  await out.flush();
  return result.failed ? 2 : 0;
}
