-- Where in time the events of a caller lie: a row per caller of each batch, found by a number, because
-- among millions of callers names take thirty times as long. Events of different callers lie one after
-- the other, so a read for one caller passes over what is outside.

CREATE TABLE caller_place (
    caller UBIGINT NOT NULL,
    first_id UUID NOT NULL,
    last_id UUID NOT NULL
);

INSERT INTO caller_place
SELECT md5_number_lower(caller_id), min(message_id), max(message_id)
FROM event_log
GROUP BY caller_id
ORDER BY min(message_id);
