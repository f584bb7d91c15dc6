import { fileOf } from "../application.ts";

/** An application of this host, as its guides have it: rows of the host's own users, policies for the roles of its interface. */
export const applicationFiles = [
  fileOf(
    "0001_profiles",
    `CREATE TABLE "profiles" ("id" uuid PRIMARY KEY, "name" text, "code" uuid DEFAULT extensions.uuid_generate_v4());
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_id_fkey" FOREIGN KEY ("id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;
ALTER TABLE "profiles" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own profile" ON "profiles" FOR ALL TO authenticated USING (auth.uid() = "id");
`,
  ),
  fileOf(
    "0002_new_user",
    `CREATE FUNCTION "public"."handle_new_user"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN INSERT INTO public.profiles (id, name) VALUES (new.id, new.email); RETURN new; END $$;
CREATE TRIGGER "on_auth_user_created" AFTER INSERT ON "auth"."users" FOR EACH ROW EXECUTE FUNCTION "public"."handle_new_user"();
CREATE POLICY "avatars are public" ON "storage"."objects" FOR SELECT USING (bucket_id = 'avatars');
ALTER DEFAULT PRIVILEGES IN SCHEMA "public" REVOKE TRUNCATE ON TABLES FROM anon;
`,
  ),
  fileOf(
    "0003_posts",
    `CREATE TABLE "posts" ("id" serial PRIMARY KEY, "author" uuid NOT NULL REFERENCES "profiles", "title" text);
CREATE INDEX "by_author" ON "posts" ("author");
ALTER PUBLICATION supabase_realtime ADD TABLE "posts";
`,
  ),
] as const;
