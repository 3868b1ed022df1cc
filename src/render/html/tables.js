// Tables sort by a click on a column's title, and longer ones get a field to filter them. Without this script the
// page says the same. It runs in the reader's browser, inlined into the page.
(() => {
  /** Shorter tables are taken in at a glance. */
  const LONG = 6;

  const textOf = (row, column) => row.cells[column].textContent.trim();
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
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => sign * compare(textOf(a, column), textOf(b, column)));
        table.tBodies[0].append(...rows);
      });
    });
  };

  const makeFilter = (table) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length <= LONG) return;
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
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        if (!row.hidden) left++;
      }
      count.textContent = wanted === '' ? '' : `${left} of ${rows.length}`;
    });
    bar.append(field, count);
    table.parentElement.before(bar);
  };

  for (const table of document.querySelectorAll('table.data')) {
    makeSortable(table);
    makeFilter(table);
  }

  // Paper cannot be clicked: what is folded away is opened for the printer.
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const details of folded) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of folded) details.open = false;
  });
})();
