import { expect, test } from 'vitest';
import { withStrings } from './html-strings.ts';

test('withStrings inserts strings as escaped text', () => {
  const strings = { siteText: { name: 'A & "B" <i>' } };
  expect(withStrings('<title>{{siteText.name}}</title>', strings)).toBe(
    '<title>A &#38; &#34;B&#34; &#60;i&#62;</title>',
  );
});

test.each(['{{siteText.none}}', '{{none.name}}', '{{siteText.title}}'])(
  'withStrings throws for the unknown string %s',
  (html) => {
    expect(() => withStrings(html, { siteText: { title: () => '' } })).toThrow(`index.html has ${html}`);
  },
);
