-- The same text makes the same objects in PostgreSQL 15 and in the gateway.
create schema sales;
create type sales.order_status as enum ('new', 'paid', 'shipped', 'cancelled');
create sequence sales.invoice_seq start 1000 increment 5;
create table sales.customers (
  customer_id bigint primary key,
  name text not null,
  email text unique check (length(email) > 3),
  balance numeric(12,2) default 0.00,
  created_at timestamptz not null default now(),
  birth date default '2000-01-01',
  prefs json,
  tags text[]
);
create table sales.orders (
  order_id integer primary key default nextval('sales.invoice_seq'),
  customer_id bigint not null references sales.customers (customer_id),
  status sales.order_status not null default 'new',
  total double precision,
  placed timestamp,
  note text default 'none',
  vip boolean default false,
  uid uuid
);
create table sales.order_lines (
  order_id int not null references sales.orders (order_id),
  line_no smallint not null,
  sku text,
  qty int not null default 1 check (qty > 0),
  price numeric(18,3),
  primary key (order_id, line_no),
  unique (sku, qty)
);
create table sales."Mixed Case" ("Id" int primary key, "Value X" text, "select" int);
create table sales.plain (a int, b real, c time, d interval, e bigint[], f timetz);
create unique index orders_uid_uq on sales.orders (uid);
create index orders_expr_ix on sales.orders (lower(note), placed);
create index customers_name_ix on sales.customers (name);
create view sales.v_order_totals as select c.customer_id, c.name, sum(o.total) as total from sales.customers c join sales.orders o using (customer_id) group by 1, 2;
comment on table sales.customers is 'People who buy';
comment on column sales.customers.name is 'Full display name';
comment on view sales.v_order_totals is 'Totals per customer';
comment on sequence sales.invoice_seq is 'Numbers of invoices';
