//! The key that a `SecurityCredential` is sealed to: its certificate is told, its secret half opens.

use std::{str::FromStr, time::Duration};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use rsa::{
    Pkcs1v15Encrypt, RsaPrivateKey, pkcs1v15::SigningKey, pkcs8::EncodePublicKey, rand_core,
};
use sha2::Sha256;
use x509_cert::{
    builder::{Builder, CertificateBuilder, Profile},
    der::{EncodePem, pem::LineEnding},
    name::Name,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfoOwned,
    time::Validity,
};

const BITS: usize = 2048;
const VALID_DAYS: u64 = 3_650;

/// Always the same key: what a shop sealed yesterday still opens today. It guards nothing.
const SEED: u64 = 2_048;

pub(crate) struct Sealing {
    key: RsaPrivateKey,
    /// PEM.
    pub(crate) certificate: String,
}

impl Sealing {
    /// Takes a while.
    pub(crate) fn make() -> Result<Self, String> {
        let mut rng = Old(ChaCha8Rng::seed_from_u64(SEED));
        let key = RsaPrivateKey::new(&mut rng, BITS).map_err(|error| error.to_string())?;
        let certificate = certificate(&key).map_err(|error| error.to_string())?;
        Ok(Self { key, certificate })
    }

    /// What is sealed in a credential. Daraja, "Security Credentials": RSA with PKCS #1 padding (not OAEP).
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.key.decrypt(Pkcs1v15Encrypt, sealed).ok()
    }
}

fn certificate(key: &RsaPrivateKey) -> Result<String, Box<dyn std::error::Error>> {
    let public = key.to_public_key().to_public_key_der()?;
    let builder = CertificateBuilder::new(
        Profile::Root,
        SerialNumber::from(1_u32),
        Validity::from_now(Duration::from_secs(VALID_DAYS * 86_400))?,
        Name::from_str("CN=Daraja emulator")?,
        SubjectPublicKeyInfoOwned::try_from(public.as_bytes())?,
        &SigningKey::<Sha256>::new(key.clone()),
    )?
    .build::<rsa::pkcs1v15::Signature>()?;
    Ok(builder.to_pem(LineEnding::LF)?)
}

/// The traits of random numbers as `rsa` knows them.
struct Old(ChaCha8Rng);

impl rand_core::RngCore for Old {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core::CryptoRng for Old {}
