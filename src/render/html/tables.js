// Tables sort by a click on a column's title, and longer ones get a field to filter them. Without this script the
// page says the same. It runs in the reader's browser, inlined into the page.
(() => {
  /** Shorter tables are taken in at a glance. */
  const LONG = 6;

  /** The rows, each with the one under it that holds its log lines. */
  const pairsOf = (table) =>
    [...table.tBodies[0].rows]
      .filter((row) => !row.classList.contains('evidence'))
      .map((row) => {
        const next = row.nextElementSibling;
        return next?.classList.contains('evidence') ? [row, next] : [row];
      });

  const textOf = ([row], column) => row.cells[column].textContent.trim();
  const numberOf = (text) =>
    /^-?[\d,]+(\.\d+)?$/.test(text) ? Number(text.replaceAll(',', '')) : Number.NaN;

  const compare = (a, b) => {
    const difference = numberOf(a) - numberOf(b);
    return Number.isNaN(difference) ? a.localeCompare(b, undefined, { numeric: true }) : difference;
  };

  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        // Numbers begin with the largest, names with A.
        const first = head.classList.contains('number') ? 'descending' : 'ascending';
        const second = first === 'ascending' ? 'descending' : 'ascending';
        const order = head.getAttribute('aria-sort') === first ? second : first;
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', order);
        const sign = order === 'ascending' ? 1 : -1;
        const pairs = pairsOf(table);
        pairs.sort((a, b) => sign * compare(textOf(a, column), textOf(b, column)));
        table.tBodies[0].append(...pairs.flat());
      });
    });
  };

  const makeFilter = (table) => {
    const pairs = pairsOf(table);
    if (pairs.length <= LONG) return;
    const bar = document.createElement('div');
    bar.className = 'filter';
    const field = document.createElement('input');
    field.type = 'search';
    field.placeholder = 'Filter';
    field.setAttribute('aria-label', `Filter: ${table.caption.textContent}`);
    const count = document.createElement('span');
    count.setAttribute('role', 'status');
    field.addEventListener('input', () => {
      const wanted = field.value.trim().toLowerCase();
      let left = 0;
      for (const pair of pairs) {
        const hidden = !pair[0].textContent.toLowerCase().includes(wanted);
        for (const row of pair) row.hidden = hidden;
        if (!hidden) left++;
      }
      count.textContent = wanted === '' ? '' : `${left} of ${pairs.length}`;
    });
    bar.append(field, count);
    table.parentElement.before(bar);
  };

  for (const table of document.querySelectorAll('table.data')) {
    makeSortable(table);
    makeFilter(table);
  }

  // Paper cannot be clicked: the proof of a problem is opened for the printer, of a table's rows what the reader opened.
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('article details:not([open])')];
    for (const details of folded) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of folded) details.open = false;
  });
})();
