-- Triggers find their tables whoever changes a session: the functions used the search path of the role that changes it, so a role with a
-- schema of its own name, or a SQL shell with another search path, wrote its changes elsewhere or not at all.

DO $$
DECLARE
    name text;
    home text := (SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.oid = 'sessions'::regclass);
BEGIN
    FOREACH name IN ARRAY ARRAY['latchkey_refuse_change', 'latchkey_announce_session', 'latchkey_announce_user', 'latchkey_announce_all']
    LOOP
        EXECUTE format('ALTER FUNCTION %s.%I() SET search_path = %s, pg_temp', home, name, home);
    END LOOP;
END $$;
