//! How a 小A agent gets its accounts: one HTTP request, `POST {BaseUrl}/api/getExtToRegister`, with three parameters that the
//! customer's account with the vendor prescribes.
//!
//! Their values may be [`Template`]s, since vendors like signatures. The request is made outside; this module says what goes into
//! it and what the answer means.

mod answer;
mod request;
mod template;

pub use answer::{AnswerError, Provisioned, read_answer};
pub use request::{DryRun, Parameter, Request, RequestError, request};
pub use template::{Moment, Template, TemplateError};
