import { expect, it } from 'vitest';
import { fileName, toCsv } from './csv';
import { compact, formatFor, formatValue } from './format';
import { rank } from './rank';
import { segmentText } from './segment';

it('lines decimals up down a column', () => {
  const small = formatFor('money', [4, 12.5, null]);
  expect([small(4), small(12.5), small(null)]).toEqual(['4.00', '12.50', '–']);
  const large = formatFor('USD', [4, 1234.56]);
  expect([large(4), large(1234.56), large(-20)]).toEqual(['$4', '$1,235', '−$20']);
});

it('prints each kind in its way', () => {
  expect(formatValue('count', 1234567)).toBe('1,234,567');
  expect(formatValue('percent', 0.2345)).toBe('23.5%');
  expect(formatValue('percent', -0.05)).toBe('−5.0%');
  expect(formatValue('number', 0.333333)).toBe('0.33');
  expect(formatValue('number', 7)).toBe('7');
  expect(formatValue('money', undefined)).toBe('–');
  expect(formatValue('money', -0.001)).toBe('0.00');
});

it('shortens on axes only as far as it stays exact enough', () => {
  expect(
    ['count', 'count', 'count', 'count'].map((k, i) =>
      compact(k as 'count', [950, 1500, 20000, 3_400_000][i] as number),
    ),
  ).toEqual(['950', '1.5k', '20k', '3.4M']);
  expect(compact('GBP', -2500)).toBe('−£2.5k');
  expect(compact('percent', 0.2)).toBe('20%');
  expect(compact('percent', 0.005)).toBe('0.5%');
  expect(compact('percent', 0)).toBe('0%');
  expect(compact('number', 0.5)).toBe('0.5');
});

it('writes files a spreadsheet reads as they are', () => {
  expect(
    toCsv([
      ['a', 'b'],
      ['x "y", z', 1.5],
      [null, true],
    ]),
  ).toBe('a,b\r\n"x ""y"", z",1.5\r\n,true\r\n');
  expect(toCsv([['=1+1', '-5', '-x', -5]])).toBe("'=1+1,-5,'-x,-5\r\n");
  expect(fileName('Revenue, by location!')).toBe('revenue-by-location.csv');
  expect(fileName('日本')).toBe('report.csv');
});

it('ranks by start, word start, inside, then use', () => {
  const items = ['store visited', 'order item added', 'reorder', 'Order submitted'];
  expect(rank(items, 'or', (i) => i)).toEqual([
    'order item added',
    'Order submitted',
    'store visited',
    'reorder',
  ]);
  expect(rank(items, 'item', (i) => i)).toEqual(['order item added']);
  expect(rank(items, ' ', (i) => i)).toEqual(items);
  expect(rank(['a+b'], '+', (i) => i)).toEqual(['a+b']);
});

it('names segments so that no value can be taken for another', () => {
  expect(segmentText([])).toBe('All');
  expect(segmentText([{ special: 'not set' }, 'not set'])).toBe('(not set) · Not set');
  expect(segmentText([{ bucket: [null, 10] }])).toBe('under 10');
  expect(segmentText([{ bucket: [10, 20] }])).toBe('10 to under 20');
  expect(segmentText([{ bucket: [20, null] }])).toBe('20 and over');
  expect(segmentText([{ cohort: 'Win-back', in: false }, true, 3])).toBe('Not in Win-back · Yes · 3');
});
