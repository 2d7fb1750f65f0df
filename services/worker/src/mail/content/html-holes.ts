/** Where in the HTML a template's value is, which decides how it is escaped. `where` is for error messages. */
export interface Hole {
  kind: 'text' | 'attribute' | 'url' | 'style';
  where: string;
}

/** A template with a value where none can be made safe. It is wrong whatever the value, so it is found by any test. */
export class HtmlTemplateError extends SyntaxError {
  override name = 'HtmlTemplateError';
}

const URL_ATTRIBUTES = new Set(['href', 'src', 'action', 'formaction', 'background', 'cite', 'poster', 'data', 'ping']);
// Attributes whose value is code, a document or a list of URLs: no escaping makes data safe there.
const REFUSED_ATTRIBUTE = /^(on.*|srcdoc|srcset|imagesrcset|xlink:.*|http-equiv|content)$/;
const RAW_TEXT_ELEMENTS = new Set(['script', 'style', 'textarea', 'iframe', 'noscript', 'xmp', 'plaintext']);

const parsed = new WeakMap<TemplateStringsArray, readonly Hole[]>();

/** The places of a template's values, worked out once a template. @throws HtmlTemplateError */
export function holesOf(strings: TemplateStringsArray): readonly Hole[] {
  let holes = parsed.get(strings);
  if (holes === undefined) {
    holes = scan(strings);
    parsed.set(strings, holes);
  }
  return holes;
}

type State = 'text' | 'comment' | 'tag-name' | 'in-tag' | 'attribute-name' | 'before-value' | 'unquoted' | '"' | "'";

/** The states of the HTML standard's tokenizer (section 13.2.5) that decide how a value has to be escaped. */
function scan(strings: TemplateStringsArray): Hole[] {
  const holes: Hole[] = [];
  let state: State = 'text';
  let tag = '';
  let attribute = '';
  let rawText = '';
  let written = '';
  let urlHole: Hole | undefined;

  for (const [index, part] of strings.entries()) {
    for (let at = 0; at < part.length; at += 1) {
      const character = part[at] ?? '';
      const space = /\s/.test(character);
      switch (state) {
        case 'text':
          if (rawText !== '') {
            if (part.slice(at, at + rawText.length + 2).toLowerCase() === `</${rawText}`) {
              rawText = '';
              state = 'tag-name';
              tag = '/';
              at += 1;
            }
          } else if (part.startsWith('<!--', at)) {
            state = 'comment';
            at += 3;
          } else if (character === '<' && (/[a-z/!?]/i.test(part[at + 1] ?? '') || isBeforeHole(part, index, at))) {
            state = 'tag-name';
            tag = '';
          }
          break;
        case 'comment':
          if (part.startsWith('-->', at)) {
            state = 'text';
            at += 2;
          }
          break;
        case 'tag-name':
          if (character === '>') state = closeTag();
          else if (space) state = 'in-tag';
          else tag += character.toLowerCase();
          break;
        case 'in-tag':
          if (character === '>') state = closeTag();
          else if (!space && character !== '/') {
            state = 'attribute-name';
            attribute = character.toLowerCase();
          }
          break;
        case 'attribute-name':
          if (character === '=') state = 'before-value';
          else if (character === '>') state = closeTag();
          else if (space) state = 'in-tag';
          else attribute += character.toLowerCase();
          break;
        case 'before-value':
          if (character === '"' || character === "'") state = character;
          else if (!space) state = 'unquoted';
          written = '';
          break;
        case 'unquoted':
          if (character === '>') state = closeTag();
          else if (space) state = 'in-tag';
          break;
        default:
          if (character === state) {
            state = 'in-tag';
            urlHole = undefined;
          } else if (urlHole !== undefined) {
            throw new HtmlTemplateError(`${urlHole.where} must be one whole URL: build it before the template`);
          } else written += character;
      }
    }
    if (index === strings.length - 1) break;
    holes.push(holeHere());
  }
  if (state !== 'text' || rawText !== '') throw new HtmlTemplateError(`html template ends inside <${tag}>`);
  return holes;

  /** `<` right before a value: the value would become the name of a tag. */
  function isBeforeHole(part: string, index: number, at: number): boolean {
    return at === part.length - 1 && index < strings.length - 1;
  }

  function closeTag(): State {
    if (RAW_TEXT_ELEMENTS.has(tag)) rawText = tag;
    return 'text';
  }

  function holeHere(): Hole {
    // Its text is escaped as an attribute's is (13.1.2, escapable raw text elements), and holds no element.
    if (state === 'text' && rawText === 'textarea') return { kind: 'attribute', where: 'the text of <textarea>' };
    if (state === 'text' && rawText === '') return { kind: 'text', where: 'a value in the text of an html template' };
    if (state !== '"' && state !== "'") {
      throw new HtmlTemplateError(
        rawText !== ''
          ? `a value inside <${rawText}> cannot be made safe`
          : `a value is allowed in text or in a quoted attribute, not here: <${tag} (${state})`,
      );
    }
    const where = `${attribute}="…" of <${tag}>`;
    if (REFUSED_ATTRIBUTE.test(attribute)) throw new HtmlTemplateError(`a value in ${where} cannot be made safe`);
    if (attribute === 'style') return { kind: 'style', where };
    if (!URL_ATTRIBUTES.has(attribute)) return { kind: 'attribute', where };
    if (written !== '' || urlHole !== undefined) {
      throw new HtmlTemplateError(`${where} must be one whole URL: build it before the template`);
    }
    urlHole = { kind: 'url', where };
    return urlHole;
  }
}
