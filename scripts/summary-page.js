// Runs in the browser, on the page that summary-page.ts makes: turns each block of Mermaid into its picture, as
// GitHub does, and leaves in #verdict what is to be seen of every summary.

const { mermaid } = globalThis;
mermaid.initialize({
  startOnLoad: false,
  securityLevel: 'strict',
  theme: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'default',
});

await document.fonts.ready;
const summaries = [];
for (const article of document.querySelectorAll('article')) {
  const pictures = [];
  for (const block of article.querySelectorAll('pre[lang="mermaid"]')) {
    pictures.push(await draw(block, `picture-${summaries.length}-${pictures.length}`));
  }
  summaries.push({
    name: article.id,
    pictures,
    tables: [...article.querySelectorAll('table')].map((table) =>
      [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)),
    ),
    text: article.innerText,
    scripts: article.querySelectorAll('script, iframe, [onerror], [onload]').length,
  });
}
document.querySelector('#verdict').textContent = JSON.stringify({
  height: Math.ceil(document.body.getBoundingClientRect().height),
  summaries,
}).replaceAll('<', '\\u003c');

async function draw(block, id) {
  const source = block.textContent;
  const figure = document.createElement('div');
  figure.className = 'picture';
  block.replaceWith(figure);
  try {
    await mermaid.parse(source);
    const { svg } = await mermaid.render(id, source);
    figure.innerHTML = svg;
    const drawn = figure.querySelector('svg');
    return { source, kind: drawn.getAttribute('aria-roledescription'), ...look(drawn) };
  } catch (error) {
    figure.textContent = String(error);
    return { source, error: String(error), bars: [], texts: [] };
  }
}

/** What is drawn, in the picture's own units. */
function look(svg) {
  const { width, height } = svg.viewBox.baseVal;
  const place = ({ x, y, width, height }) => ({ x, y, width, height });
  return {
    width,
    height,
    bars: [...svg.querySelectorAll('rect.task')].map((bar) => ({
      ...place(bar.getBBox()),
      colour: getComputedStyle(bar).fill,
    })),
    texts: [...svg.querySelectorAll('text')]
      .filter((text) => text.textContent !== '')
      .map((text) => ({
        ...place(within(svg, text)),
        words: text.textContent.trim(),
        colour: getComputedStyle(text).fill,
      })),
  };
}

/** Where a text is to be seen, whatever it is nested in. */
function within(svg, text) {
  const [whole, part] = [svg.getBoundingClientRect(), text.getBoundingClientRect()];
  const scale = svg.viewBox.baseVal.width / whole.width;
  return {
    x: (part.x - whole.x) * scale,
    y: (part.y - whole.y) * scale,
    width: part.width * scale,
    height: part.height * scale,
  };
}
