-- Let nobody store facts by the rules as they were, once what an edit of them concerns has been listed.
select tat.lock_stored_facts()
