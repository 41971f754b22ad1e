//! Verbs of accounts and sessions.

use common::id::DeviceId;
use common::model::{Account, Device};
use common::wire::http::{
    ChangePassword, ChangeProfile, DeleteAccount, Devices, Login, Register, RenameDevice, ServerInfo,
    SignedIn,
};
use futures::FutureExt;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::intent::Intent;
use super::local::{self, names};
use super::page::{PageHandle, pay_sign_out, sign_out_on_server};
use super::{ApiTrouble, SignInTrouble, SignOutTrouble, api, device_name};
use crate::stores::{Farewell, SessionState};

/// How long the server is waited for when one signs out, milliseconds; later it is told anyway.
const SIGN_OUT_WITHIN_MS: u32 = 3_000;

/// Verbs of accounts and sessions.
#[derive(Clone, Copy)]
pub struct Accounts {
    page: PageHandle,
}

impl Accounts {
    pub(super) fn new(page: PageHandle) -> Self {
        Self { page }
    }

    /// Asks the server how accounts are made; the answer is in `SessionStore::server`. Call on the welcome page.
    pub fn ask_server(&self) {
        let server = self.page.get_value().stores().session.server;
        spawn_local(async move {
            if let Ok(info) = api::get::<ServerInfo>("/api/server").await {
                server.set(Some(info));
            }
        });
    }

    /// Makes an account and signs in. `SessionStore::state` becomes `SignedIn`.
    pub async fn sign_up(
        &self,
        username: String,
        password: String,
        display_name: Option<String>,
        invite: Option<String>,
    ) -> Result<(), SignInTrouble> {
        pay_sign_out().await;
        let device_name = Some(device_name::guess());
        let body = Register { username, password, display_name, device_name, invite };
        let answer = api::post("/api/auth/register", &body).await?;
        self.enter(answer).await;
        Ok(())
    }

    /// Signs in. While the session is `Expired`, as the same person only: then what waits goes out.
    pub async fn sign_in(&self, username: String, password: String) -> Result<(), SignInTrouble> {
        let state = self.page.get_value().stores().session.state.get_untracked();
        if let SessionState::Expired { user_id, .. } = state
            && !user_id.0.eq_ignore_ascii_case(username.trim())
        {
            return Err(SignInTrouble::OtherPerson);
        }
        pay_sign_out().await;
        let username = username.trim().to_owned();
        let body = Login { username, password, device_name: Some(device_name::guess()) };
        let answer = api::post("/api/auth/login", &body).await?;
        self.enter(answer).await;
        Ok(())
    }

    /// Signs out and wipes what this browser holds of the account; then the page loads anew, in every tab. Refuses while
    /// messages wait, or before it is known whether any do, unless `lose_waiting`. Works without a network too: the
    /// server is told when it is back.
    pub async fn sign_out(&self, lose_waiting: bool) -> Result<(), SignOutTrouble> {
        let page = self.page.get_value();
        let conversations = page.stores().conversations;
        if !conversations.loaded.get_untracked() && !lose_waiting {
            return Err(SignOutTrouble::NotRead);
        }
        let (waiting, refused) = conversations.count_waiting();
        if waiting + refused > 0 && !lose_waiting {
            return Err(SignOutTrouble::Waiting(waiting + refused));
        }
        local::write(names::SIGN_OUT_OWED, "yes");
        page.depart(Farewell::SignedOut);
        let told = futures::select! {
            told = sign_out_on_server().fuse() => told,
            () = TimeoutFuture::new(SIGN_OUT_WITHIN_MS).fuse() => false,
        };
        if told {
            local::remove(names::SIGN_OUT_OWED);
        }
        page.wipe_and_reload().await;
        Ok(())
    }

    /// Changes the name by which one is shown.
    pub async fn set_display_name(&self, name: String) -> Result<(), ApiTrouble> {
        let account: Account = api::patch("/api/me", &ChangeProfile { display_name: name }).await?;
        if let Some(signed_in) = self.page.get_value().signed_in() {
            signed_in.ask(Intent::AdoptAccount(account)).await;
        }
        Ok(())
    }

    /// Changes the password; ends every other device.
    pub async fn change_password(&self, current: String, new: String) -> Result<(), ApiTrouble> {
        let body = ChangePassword { current_password: current, new_password: new };
        api::post_quietly("/api/me/password", &body).await
    }

    /// The account's devices, this one first.
    pub async fn devices(&self) -> Result<Vec<Device>, ApiTrouble> {
        Ok(api::get::<Devices>("/api/devices").await?.devices)
    }

    /// Gives a device another name.
    pub async fn rename_device(&self, device: DeviceId, name: String) -> Result<(), ApiTrouble> {
        api::patch_quietly(&format!("/api/devices/{device}"), &RenameDevice { name }).await
    }

    /// Revokes a device: it is closed at once and wipes itself.
    pub async fn revoke(&self, device: DeviceId) -> Result<(), ApiTrouble> {
        api::delete_quietly(&format!("/api/devices/{device}")).await
    }

    /// Deletes the account, then wipes and loads the page anew.
    pub async fn delete_account(&self, password: String) -> Result<(), ApiTrouble> {
        let page = self.page.get_value();
        // the server closes the socket as it deletes, possibly before it answers
        let expect = |farewell| {
            if let Some(signed_in) = page.signed_in() {
                signed_in.expect_farewell(farewell);
            }
        };
        expect(Some(Farewell::Deleted));
        if let Err(trouble) = api::post_quietly("/api/me/delete", &DeleteAccount { password }).await {
            expect(None);
            return Err(trouble);
        }
        page.depart(Farewell::Deleted);
        page.wipe_and_reload().await;
        Ok(())
    }

    /// The cookie is set by now; the token in the answer is for programs, and forgotten.
    async fn enter(&self, answer: SignedIn) {
        self.page.get_value().enter(answer.user_id, answer.device_id).await;
    }
}
