-- What comes through Kafka has positions of its own: a line is one log's events in one partition.

ALTER TABLE stored_position ADD COLUMN line VARCHAR DEFAULT '';
