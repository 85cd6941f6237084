// Asks the gateway as a Node program does; prints one JSON object with all answers.
const { Client, Pool } = require('pg');
const Cursor = require('pg-cursor');

const target = { host: '127.0.0.1', port: Number(process.argv[2]), user: 'rvbbit', database: 'default' };

async function failure(run) {
  try {
    await run();
    return null;
  } catch (e) {
    return { code: e.code, position: e.position, hint: e.hint, severity: e.severity };
  }
}

async function main() {
  const answers = {};
  const client = new Client(target);
  const notices = [];
  client.on('notice', notice => notices.push(notice.message));
  await client.connect();

  answers.simple = (await client.query(
    "RVBBIT MAP 'first_word' AS word USING (SELECT * FROM (VALUES ('red apple'), ('green pear')) v(text))")).rows;

  const several = await client.query("SELECT 1 AS a; RVBBIT MAP 'first_word' AS w USING (SELECT 'x y' AS text); SELECT 'z' AS c");
  answers.several = several.map(result => result.rows[0]);

  answers.parameters = (await client.query(
    "RVBBIT MAP 'first_word' AS word USING (SELECT $1::VARCHAR AS text, $2::INTEGER AS n, $3::BOOLEAN AS yes)",
    ['blue plum', 7, true])).rows;

  answers.named = [];
  for (let i = 0; i < 3; i++) {
    const result = await client.query({
      name: 'again', text: "RVBBIT MAP 'first_word' AS word USING (SELECT $1::VARCHAR AS text)", values: ['run' + i] });
    answers.named.push(result.rows[0].word);
  }

  const types = await client.query(
    "SELECT 1::INTEGER AS i, 2::BIGINT AS b, 1.50::DECIMAL(9,2) AS d, 0.5::DOUBLE AS f, true AS t, NULL::VARCHAR AS n," +
    " 'é🐇' AS s, DATE '2026-01-02' AS day, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS moment, [1,2] AS list, '{\"a\":1}'::JSON AS j");
  answers.types = types.rows[0];
  answers.oids = types.fields.map(field => field.dataTypeID);

  answers.syntax = await failure(() => client.query("RVBBIT MAP 'first_word' USNIG (SELECT 1)"));
  answers.unknown = await failure(() => client.query("RVBBIT MAP 'nothing_like_it' USING (SELECT $1::VARCHAR AS text)", ['x']));
  answers.alive = (await client.query('SELECT 1 AS one')).rows[0];

  const cursor = client.query(new Cursor(
    "RVBBIT MAP 'first_word' AS word USING (SELECT 'w' || i AS text FROM range($1::BIGINT) r(i))", [250]));
  answers.cursor = [];
  for (let rows = await cursor.read(100); rows.length > 0; rows = await cursor.read(100)) {
    answers.cursor.push(rows.length);
  }
  await cursor.close();

  await client.query('BEGIN');
  await client.query('CREATE TABLE from_node (a INTEGER)');
  await client.query('ROLLBACK');
  answers.rolledBack = await failure(() => client.query('SELECT * FROM from_node'));

  answers.caller = (await client.query('SHOW rvbbit.last_caller_id')).rows[0];
  answers.notices = notices.filter(text => text.startsWith('caller_id ')).length;
  await client.end();

  const pool = new Pool({ ...target, max: 4 });
  const words = await Promise.all([...Array(12).keys()].map(i =>
    pool.query("SELECT rvbbit_run('first_word', {'text': $1::VARCHAR}) AS word", ['pool' + i])));
  answers.pool = words.map(result => result.rows[0].word);
  await pool.end();

  console.log(JSON.stringify(answers));
}

main().catch(e => { console.error(e); process.exit(1); });
