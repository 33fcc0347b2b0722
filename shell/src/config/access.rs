//! The variables of Cloudflare Access, where it protects the dashboard.

use super::daraja_env::DarajaEnv;
use super::reader::Reader;
use malipo_engine::access::Access;

impl Reader<'_> {
    /// The application whose users are let in; none without the two variables.
    pub(super) fn access(&mut self, env: Option<DarajaEnv>) -> Option<Access> {
        let team = self.optional("ACCESS_TEAM_DOMAIN");
        let aud = self.optional("ACCESS_AUD");
        if team.is_some() != aud.is_some() {
            self.note("give both ACCESS_TEAM_DOMAIN and ACCESS_AUD, or neither".to_owned());
        }
        Access::parse(&team?, &aud?, env == Some(DarajaEnv::Emulator))
            .map_err(|why| self.note(why.to_owned()))
            .ok()
    }
}
