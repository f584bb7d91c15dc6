import type { TestServer } from "../servers/postgres.ts";
import { create, Database, quote } from "./database.ts";
import { PrismaHistory } from "./prisma-history.ts";

/** A host's own superuser; the customer's role is `postgres`, and is none. */
const host = "supabase_admin";

/**
 * Makes a server a hosted one, as Supabase has it: the superuser is the host's, and the customer's role `postgres` may make
 * databases and roles, and passes row security by.
 *
 * @returns the same server, with the host's superuser in its URL
 */
export async function hostServer(server: TestServer): Promise<TestServer> {
  await new Database(server, "postgres").script(`CREATE ROLE ${host} SUPERUSER LOGIN`);
  const own = urlFor(server.url, host);
  const hosted = { ...server, url: own };
  await new Database(hosted, "postgres").script(`
    CREATE ROLE anon NOLOGIN NOINHERIT;
    CREATE ROLE authenticated NOLOGIN NOINHERIT;
    CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
    CREATE ROLE authenticator LOGIN NOINHERIT;
    GRANT anon, authenticated, service_role TO authenticator;
    CREATE ROLE supabase_auth_admin LOGIN NOINHERIT CREATEROLE;
    CREATE ROLE supabase_storage_admin LOGIN NOINHERIT CREATEROLE;
    CREATE ROLE supabase_realtime_admin NOLOGIN NOINHERIT;
    CREATE ROLE supabase_replication_admin LOGIN REPLICATION;
    CREATE ROLE dashboard_user NOLOGIN CREATEDB CREATEROLE REPLICATION;
    CREATE ROLE pgbouncer LOGIN;
    ALTER ROLE anon SET statement_timeout = '3s';
    ALTER ROLE authenticated SET statement_timeout = '8s';
    ALTER ROLE postgres SET search_path = "$user", public, extensions;
    GRANT anon, authenticated, service_role, authenticator, supabase_storage_admin TO postgres;
    GRANT pg_monitor, pg_signal_backend, pg_read_all_data TO postgres;
    ALTER ROLE postgres NOSUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS;`);
  return hosted;
}

/** A database as the host hands it over, and the URL with which its customer connects. */
export interface Hosted {
  /** As the host's superuser, who sees everything. */
  readonly database: Database;
  readonly url: string;
  /** What Prisma, connected as the customer, writes. */
  readonly history: PrismaHistory;
  /** SQL as the customer. */
  script(sql: string): Promise<void>;
}

/** A new database of {@link hostServer}. */
export async function hostedDatabase(server: TestServer): Promise<Hosted> {
  const database = await create(server);
  await database.script(`ALTER DATABASE ${quote(database.name)} OWNER TO postgres`);
  await database.script(platform);
  const customer = new Database({ ...server, url: urlFor(server.url, "postgres") }, database.name);
  return {
    database,
    url: customer.url,
    history: new PrismaHistory(customer),
    script: (sql) => customer.script(sql),
  };
}

/** The same URL for another role. */
export function urlFor(url: string, role: string): string {
  const other = new URL(url);
  other.username = encodeURIComponent(role);
  return other.href;
}

/**
 * What is in every database of this host before its customer has made anything. Its services keep histories of their own,
 * its event triggers see every statement of the customer, and what the customer makes in public is granted to the roles of
 * its interface.
 */
const platform = `
  SET client_min_messages = warning;
  CREATE SCHEMA extensions AUTHORIZATION postgres;
  CREATE EXTENSION "uuid-ossp" SCHEMA extensions;
  CREATE EXTENSION pgcrypto SCHEMA extensions;
  CREATE EXTENSION pg_stat_statements SCHEMA extensions;
  GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role;
  GRANT ALL ON SCHEMA extensions TO dashboard_user;
  CREATE PUBLICATION supabase_realtime;
  ALTER PUBLICATION supabase_realtime OWNER TO postgres;

  GRANT USAGE ON SCHEMA public TO postgres, anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT ALL ON TABLES TO postgres, anon, authenticated, service_role;

  CREATE SCHEMA auth AUTHORIZATION supabase_admin;
  CREATE TYPE auth.aal_level AS ENUM ('aal1', 'aal2', 'aal3');
  CREATE TABLE auth.users (
    id uuid PRIMARY KEY, aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
    raw_user_meta_data jsonb, is_sso_user boolean NOT NULL DEFAULT false, phone text UNIQUE DEFAULT NULL,
    created_at timestamptz, updated_at timestamptz,
    confirmed_at timestamptz GENERATED ALWAYS AS (LEAST(created_at, updated_at)) STORED);
  CREATE UNIQUE INDEX users_email_partial_key ON auth.users (email) WHERE is_sso_user = false;
  CREATE TABLE auth.sessions (
    id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, aal auth.aal_level);
  CREATE TABLE auth.refresh_tokens (id bigserial PRIMARY KEY, token varchar(255) UNIQUE, session_id uuid REFERENCES auth.sessions ON DELETE CASCADE);
  CREATE TABLE auth.schema_migrations (version varchar(255) PRIMARY KEY);
  INSERT INTO auth.schema_migrations VALUES ('20171026211738'), ('20221003041349');
  ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
  ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;
  CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
  CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
  ALTER TYPE auth.aal_level OWNER TO supabase_auth_admin;
  ALTER TABLE auth.users OWNER TO supabase_auth_admin;
  ALTER TABLE auth.sessions OWNER TO supabase_auth_admin;
  ALTER TABLE auth.refresh_tokens OWNER TO supabase_auth_admin;
  ALTER TABLE auth.schema_migrations OWNER TO supabase_auth_admin;
  ALTER FUNCTION auth.uid() OWNER TO supabase_auth_admin;
  GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role, postgres;
  GRANT ALL ON SCHEMA auth TO supabase_auth_admin, dashboard_user;
  GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES, TRIGGER ON auth.users, auth.sessions, auth.refresh_tokens TO postgres WITH GRANT OPTION;
  GRANT SELECT ON auth.schema_migrations TO postgres;
  INSERT INTO auth.users (id, email, created_at, updated_at)
    VALUES ('00000000-0000-4000-8000-000000000001', 'ann@example.com', now(), now()),
           ('00000000-0000-4000-8000-000000000002', 'bob@example.com', now(), now());

  CREATE SCHEMA storage AUTHORIZATION supabase_admin;
  CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL UNIQUE, owner uuid, public boolean DEFAULT false);
  CREATE TABLE storage.objects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets, name text, owner uuid,
    path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED);
  CREATE TABLE storage.migrations (id integer PRIMARY KEY, name varchar(100) UNIQUE NOT NULL, hash varchar(40) NOT NULL);
  INSERT INTO storage.migrations VALUES (0, 'create-migrations-table', 'e18db593bcde2aca2a408c4d1100f6abba2195df');
  CREATE UNIQUE INDEX bucketid_objname ON storage.objects (bucket_id, name);
  ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
  CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE plpgsql
    AS $$ BEGIN RETURN (string_to_array(name, '/'))[1:1]; END $$;
  ALTER TABLE storage.buckets OWNER TO supabase_storage_admin;
  ALTER TABLE storage.objects OWNER TO supabase_storage_admin;
  ALTER TABLE storage.migrations OWNER TO supabase_storage_admin;
  GRANT USAGE ON SCHEMA storage TO postgres, anon, authenticated, service_role;
  GRANT ALL ON SCHEMA storage TO supabase_storage_admin;
  GRANT ALL ON storage.buckets, storage.objects TO postgres, anon, authenticated, service_role;
  INSERT INTO storage.buckets VALUES ('avatars', 'avatars');

  CREATE SCHEMA realtime AUTHORIZATION supabase_admin;
  CREATE TABLE realtime.messages (topic text NOT NULL, inserted_at timestamp NOT NULL DEFAULT now(), id uuid NOT NULL DEFAULT gen_random_uuid(),
    PRIMARY KEY (id, inserted_at)) PARTITION BY RANGE (inserted_at);
  CREATE TABLE realtime.schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0));
  ALTER TABLE realtime.messages OWNER TO supabase_realtime_admin;
  GRANT USAGE ON SCHEMA realtime TO postgres, anon, authenticated, service_role;

  CREATE SCHEMA vault AUTHORIZATION supabase_admin;
  CREATE TABLE vault.secrets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, secret text NOT NULL);
  CREATE VIEW vault.decrypted_secrets AS SELECT id, name, secret FROM vault.secrets;
  REVOKE ALL ON SCHEMA vault FROM PUBLIC;
  INSERT INTO vault.secrets (name, secret) VALUES ('key', 'canary-of-the-vault');

  CREATE SCHEMA graphql_public AUTHORIZATION supabase_admin;
  CREATE FUNCTION graphql_public.graphql(query text) RETURNS jsonb LANGUAGE plpgsql
    AS $$ BEGIN RETURN '{}'::jsonb; END $$;
  CREATE SCHEMA pgbouncer AUTHORIZATION pgbouncer;
  CREATE FUNCTION pgbouncer.get_auth(p_usename text) RETURNS TABLE (username text, password text) LANGUAGE sql SECURITY DEFINER
    AS $$ SELECT usename::text, passwd::text FROM pg_catalog.pg_shadow WHERE usename = p_usename $$;
  REVOKE ALL ON FUNCTION pgbouncer.get_auth(text) FROM PUBLIC;

  CREATE FUNCTION extensions.pgrst_ddl_watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
    DECLARE command record;
    BEGIN
      FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
        IF command.command_tag IN ('CREATE TABLE', 'ALTER TABLE', 'CREATE FUNCTION', 'CREATE TYPE', 'COMMENT') THEN
          NOTIFY pgrst, 'reload schema';
        END IF;
      END LOOP;
    END $$;
  CREATE FUNCTION extensions.pgrst_drop_watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM FROM pg_event_trigger_dropped_objects() WHERE NOT is_temporary;
      IF FOUND THEN NOTIFY pgrst, 'reload schema'; END IF;
    END $$;
  CREATE FUNCTION extensions.grant_pg_graphql_access() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() e JOIN pg_extension x ON x.oid = e.objid WHERE x.extname = 'pg_graphql') THEN
        GRANT USAGE ON SCHEMA graphql_public TO postgres, anon, authenticated, service_role;
      END IF;
    END $$;
  CREATE EVENT TRIGGER issue_pg_graphql_access ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION')
    EXECUTE FUNCTION extensions.grant_pg_graphql_access();
  CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION extensions.pgrst_ddl_watch();
  CREATE EVENT TRIGGER pgrst_drop_watch ON sql_drop EXECUTE FUNCTION extensions.pgrst_drop_watch();`;

/**
 * A server of another kind of host: the customer's role is a member of one that may do much, and no superuser; nothing of the
 * host's is in the customer's database.
 *
 * @param reads whether that role may read everything, as on Neon; on RDS it may not
 */
export async function plainHostServer(server: TestServer, { reads }: { reads: boolean }): Promise<void> {
  await new Database(server, "postgres").script(`
    CREATE ROLE host_superuser NOLOGIN CREATEDB CREATEROLE ${reads ? "BYPASSRLS" : ""};
    GRANT pg_monitor, pg_signal_backend${reads ? ", pg_read_all_data, pg_write_all_data" : ""} TO host_superuser WITH ADMIN OPTION;
    CREATE ROLE shop LOGIN CREATEDB CREATEROLE ${reads ? "BYPASSRLS" : ""} IN ROLE host_superuser;`);
}
