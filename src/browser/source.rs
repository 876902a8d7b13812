//! Manifests from an address that somebody has given: of any site that allows it, and no more than fits.

use crate::state::share::Source;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::{Reflect, Uint8Array};
use web_sys::{ReadableStreamDefaultReader, RequestCredentials, RequestInit, Response, Url};

/// The most that is loaded, in bytes: as much as a file may have.
pub const MOST: usize = 4 << 20;

/// What an address means on this page, and whether that is the same site.
pub fn find(wanted: &str, page: &str) -> Result<(Source, bool), String> {
    let url = Url::new_with_base(wanted, page).map_err(|_| format!("{wanted} is no address."))?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err(format!("{wanted} is no address of a site."));
    }
    let own = Url::new(page).map(|page| page.origin());
    let is_own = own.is_ok_and(|own| own == url.origin());
    let (url, origin) = (url.href(), url.origin());
    Ok((Source { url, origin }, is_own))
}

/// The text that is there. Nobody is told who asks: no cookies are sent.
pub async fn fetch(url: &str) -> Result<String, String> {
    let window = web_sys::window().ok_or("no window")?;
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    let answer = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await;
    let response: Response = answer
        .ok()
        .and_then(|answer| answer.dyn_into().ok())
        .ok_or("the site can't be reached, or does not allow pages of other sites to read it (CORS)")?;
    if !response.ok() {
        return Err(
            format!("the site answers {} {}", response.status(), response.status_text())
                .trim_end()
                .to_owned(),
        );
    }
    let bytes = read(&response).await?;
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
        .ok_or("it is not a text".to_owned())
}

async fn read(response: &Response) -> Result<Vec<u8>, String> {
    let broken = |_| "the connection broke".to_owned();
    let Some(body) = response.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(broken)?;
        let get = |name: &str| Reflect::get(&piece, &JsValue::from(name)).unwrap_or_default();
        if get("done").is_truthy() {
            return Ok(bytes);
        }
        bytes.extend(get("value").unchecked_into::<Uint8Array>().to_vec());
        if bytes.len() > MOST {
            drop(reader.cancel());
            return Err(format!("it is larger than {} MB", MOST >> 20));
        }
    }
}
