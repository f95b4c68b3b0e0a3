import { expect, test } from 'vitest';
import { withStrings } from './html-strings.ts';

test('a page says what the strings say, as text', () => {
  const strings = { siteText: { name: 'A & "B" <i>' } };
  expect(withStrings('<title>{{siteText.name}}</title>', strings)).toBe(
    '<title>A &#38; &#34;B&#34; &#60;i&#62;</title>',
  );
});

test.each(['{{siteText.none}}', '{{none.name}}', '{{siteText.title}}'])(
  '%s is told, not left empty',
  (html) => {
    expect(() => withStrings(html, { siteText: { title: () => '' } })).toThrow(`index.html has ${html}`);
  },
);
