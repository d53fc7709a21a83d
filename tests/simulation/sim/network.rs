//! Requests and answers on their ways: delays, losses, and servers that say something else.

use strikethrough::api::{ApiError, ErrorKind};
use strikethrough::sync::engine::{Event, Reply, Request, Ticket};
use strikethrough::sync::entry::EntryKey;
use strikethrough::task::TaskId;

use super::device::Input;
use super::met::Met;
use super::oracle::Check;
use super::plan::{Fault, Point};
use super::server::{Changed, error, is_write, status_error};
use super::world::{Next, TIME_LIMIT, World};

/// Who waits for the answer.
#[derive(Clone)]
pub(crate) enum For {
    Engine(Ticket),
    /// A page, which reads the list, by the number of the reading.
    List(u64),
    /// What a page reads of a task: the moment before it asks, which task, and when that was by the device's clock.
    Task(u64, TaskId, u64),
}

pub(crate) struct Flight {
    device: usize,
    tab: usize,
    life: u32,
    whose: For,
    request: Request,
    origin: Option<EntryKey>,
    sent_at: u64,
    /// For a write: when the task was read before, at the server, and when that was asked for.
    read: Option<(u64, u64)>,
    served_at: u64,
    fault: Option<Fault>,
    is_over: bool,
    /// A list whose end does not arrive.
    is_cut: bool,
    answer: Option<Result<Reply, ApiError>>,
}

impl World {
    /// A tab sends a request.
    pub(crate) fn send(
        &mut self,
        device: usize,
        tab: usize,
        whose: For,
        request: Request,
        origin: Option<EntryKey>,
    ) {
        self.counts.requests += 1;
        let write = is_write(&request);
        let fault = self.draw_fault(device, write);
        let it = &self.devices[device].tabs[tab];
        let read = match &request {
            Request::Put { id, .. } => it.reads.get(id).copied(),
            _ => None,
        };
        let flight = Flight {
            device,
            tab,
            life: it.life,
            whose,
            request,
            origin,
            sent_at: self.now,
            read,
            served_at: 0,
            fault,
            is_over: false,
            is_cut: false,
            answer: None,
        };
        let at = self.flights.len();
        self.say(|| format!("d{device} t{tab} sends #{at} {:?} {fault:?}", flight.request));
        self.flights.push(flight);
        let way = 5 + self.below(60);
        if self.now < self.devices[device].offline_until {
            self.counts.met(Met::Offline);
            return self.answers(at, Err(ErrorKind::Unreachable), way);
        }
        match fault {
            Some(Fault::ResetBefore) => {
                self.counts.met(Met::ResetBefore);
                self.answers(at, Err(ErrorKind::Unreachable), way);
            }
            Some(Fault::Silence) => {
                self.counts.met(Met::Silence);
                self.after(TIME_LIMIT, Next::Limit(at));
            }
            Some(Fault::Html) => {
                self.counts.met(Met::Html);
                self.answers(at, Err(ErrorKind::NotJson), way);
            }
            Some(Fault::SlowCommit(_) | Fault::SlowAnswer(_)) => {
                self.after(TIME_LIMIT, Next::Limit(at));
                self.after(way, Next::Arrive(at));
            }
            _ => self.after(way, Next::Arrive(at)),
        }
    }

    fn answers(&mut self, at: usize, result: Result<Reply, ErrorKind>, way: u64) {
        let request = &self.flights[at].request;
        let answer = result.map_err(|kind| error(request, kind));
        self.flights[at].answer = Some(answer);
        self.after(way, Next::Answer(at));
    }

    fn refuse(&mut self, at: usize, status: u16, wait: Option<u32>) {
        let met = match (status, wait) {
            (500, _) => Met::Status500,
            (503, None) => Met::Status503,
            (503, _) => Met::Status503Wait,
            (429, None) => Met::Status429,
            (429, _) => Met::Status429Wait,
            (401, _) => Met::Status401,
            (412, _) => Met::Stray412,
            (302, _) => Met::Redirect,
            (409, _) => Met::KeyInFlight,
            _ => Met::Refused,
        };
        self.counts.met(met);
        let answer = Err(status_error(&self.flights[at].request, status, wait));
        self.flights[at].answer = Some(answer);
        let way = 5 + self.below(60);
        self.after(way, Next::Answer(at));
    }

    /// A request reaches the server.
    pub(crate) fn arrive(&mut self, at: usize) {
        if let Some((status, until)) = self.down
            && self.now < until
        {
            self.counts.met(Met::Down);
            return self.refuse(at, status, None);
        }
        let flight = &self.flights[at];
        let write = is_write(&flight.request);
        if let Request::Create {
            idempotency_key: Some(key),
            ..
        } = &flight.request
            && self.server.in_flight.contains(key)
        {
            return self.refuse(at, 409, Some(1));
        }
        match flight.fault {
            Some(Fault::Status(412, _)) if !matches!(flight.request, Request::Put { .. }) => {}
            Some(Fault::Status(422 | 403, _)) if !write => {}
            Some(Fault::Status(status, wait)) => return self.refuse(at, status, wait),
            Some(Fault::Redirect) if write => return self.refuse(at, 302, None),
            Some(Fault::SlowCommit(ms)) => {
                if let Request::Create {
                    idempotency_key: Some(key),
                    ..
                } = &flight.request
                    && self.server.kind.is_helpful()
                {
                    let key = key.clone();
                    self.server.in_flight.insert(key);
                }
                return self.after(ms, Next::Commit(at));
            }
            _ => {}
        }
        self.carry_out(at);
    }

    /// The server carries out a request.
    pub(crate) fn carry_out(&mut self, at: usize) {
        let flight = &self.flights[at];
        let (fault, origin, device, tab) = (flight.fault, flight.origin, flight.device, flight.tab);
        let (read, sent_at, life) = (flight.read, flight.sent_at, flight.life);
        if let Request::Create {
            idempotency_key: Some(key),
            ..
        } = &flight.request
        {
            self.server.in_flight.remove(key);
        }
        if fault == Some(Fault::SentTwice) && matches!(flight.request, Request::Create { .. }) {
            self.counts.met(Met::SentTwice);
            // The connection of the first has broken: its answer is nobody's.
            let _ = self.server.carry_out(&flight.request, origin, self.now);
        }
        let (mut reply, changed) = self.server.carry_out(&flight.request, origin, self.now);
        let committed = !matches!(changed, Changed::Nothing | Changed::Replayed);
        if self.flights[at].is_over && committed {
            self.counts.met(Met::SlowCommit);
        }
        let is_slow = matches!(fault, Some(Fault::SlowCommit(_) | Fault::SlowAnswer(_)));
        self.has_late_writes |= committed && (is_slow || self.devices[device].holder != Some(tab));
        self.flights[at].served_at = self.now;
        let status = reply.as_ref().err().and_then(|error| error.status);
        self.say(|| format!("server: #{at} {}", short(&reply)));
        match status {
            Some(412) => self.counts.met(Met::Real412),
            Some(404) => self.counts.met(Met::Missing),
            _ => {}
        }
        match changed {
            Changed::Put {
                id,
                before,
                after,
                written_at,
            } => {
                self.check_put(&id, &before, &after, written_at, read, sent_at);
            }
            Changed::Replayed => self.counts.met(Met::KeyReused),
            _ => {}
        }
        if let (Request::Get(id), For::Engine(_)) = (&self.flights[at].request, &self.flights[at].whose) {
            let (id, served) = (id.clone(), (self.now, sent_at));
            let it = &mut self.devices[device].tabs[tab];
            if it.life == life {
                it.reads.insert(id, served);
            }
        }
        let request = &self.flights[at].request;
        let lost = Err(error(request, ErrorKind::Unreachable));
        let body_matters = !matches!(request, Request::Put { .. } | Request::Delete(_));
        let mut way = 5 + self.random.draw() % 60;
        match fault {
            Some(Fault::CutBody) if matches!(self.flights[at].whose, For::List(_)) => {
                self.flights[at].is_cut = true;
                self.counts.met(Met::CutList);
            }
            Some(Fault::LostAnswer | Fault::CutBody) => {
                reply = lost;
                match fault {
                    Some(Fault::CutBody) => self.counts.met(Met::CutBody),
                    _ if committed => self.counts.met(Met::LostAnswer),
                    _ => {}
                }
            }
            Some(Fault::FailedAfter) => {
                reply = Err(status_error(request, 500, None));
                if committed {
                    self.counts.met(Met::FailedAfter);
                }
            }
            Some(Fault::Malformed) if body_matters && reply.is_ok() => {
                reply = Err(error(
                    request,
                    ErrorKind::WrongShape("at the first byte".to_owned()),
                ));
                self.counts.met(Met::Malformed);
            }
            Some(Fault::SlowAnswer(ms)) => {
                way += ms;
                self.counts.met(Met::SlowAnswer);
            }
            _ => {}
        }
        self.flights[at].answer = Some(reply);
        self.after(way, Next::Answer(at));
    }

    /// An answer, or the news that there is none, reaches the tab.
    pub(crate) fn answer(&mut self, at: usize) {
        let Some(mut answer) = self.flights[at].answer.take() else {
            return;
        };
        let flight = &self.flights[at];
        if flight.is_over {
            return;
        }
        if self.now < self.devices[flight.device].offline_until && answer.is_ok() {
            answer = Err(error(&flight.request, ErrorKind::Unreachable));
            self.counts.met(Met::LostOffline);
        }
        self.over(at, answer);
    }

    /// The client gives up.
    pub(crate) fn time_limit(&mut self, at: usize) {
        if !self.flights[at].is_over {
            let answer = Err(error(&self.flights[at].request, ErrorKind::TimedOut));
            self.over(at, answer);
        }
    }

    fn over(&mut self, at: usize, answer: Result<Reply, ApiError>) {
        let flight = &mut self.flights[at];
        flight.is_over = true;
        let (device, tab, life) = (flight.device, flight.tab, flight.life);
        let (whose, is_cut) = (flight.whose.clone(), flight.is_cut);
        let it = &mut self.devices[device].tabs[tab];
        if it.life != life || !it.is_alive {
            return;
        }
        self.say(|| format!("d{device} t{tab} is answered #{at}: {}", short(&answer)));
        let is_write = is_write(&self.flights[at].request);
        let it = &mut self.devices[device].tabs[tab];
        let event = match whose {
            For::Engine(ticket) => {
                if is_write && it.kill_at == Some(Point::AfterAnswer) {
                    return self.kill(device, tab, Met::KillAfterAnswer);
                }
                Event::Answered(ticket, answer)
            }
            For::List(number) => {
                if let Ok(Reply::List(list)) = answer {
                    self.rows_arrive((device, tab), number, list, is_cut);
                }
                return;
            }
            For::Task(since, id, asked_at) => {
                let event = match answer {
                    Ok(Reply::Task(task, etag)) => Event::Described { since, task, etag },
                    Err(error) if error.status == Some(404) => Event::Missing { since, id },
                    _ => return,
                };
                return self.tell(device, tab, life, Input::Task(asked_at, event));
            }
        };
        self.tell(device, tab, life, Input::Event(event));
    }

    /// What an answer does to what the driver knows, when the tab takes it in.
    pub(crate) fn note_answer(&mut self, device: usize, tab: usize, answer: &Result<Reply, ApiError>) {
        let it = &mut self.devices[device].tabs[tab];
        it.in_flight = it.in_flight.saturating_sub(1);
        match answer {
            Ok(reply) => {
                it.quiet_until = 0;
                it.writes_confirmed += u64::from(!matches!(reply, Reply::List(_) | Reply::Task(..)));
            }
            Err(error) if matches!(error.status, Some(429 | 503)) => {
                if let Some(seconds) = error.retry_after {
                    it.quiet_until = self.now + u64::from(seconds) * 1_000;
                }
            }
            Err(error) if !matches!(error.kind, ErrorKind::Unreachable | ErrorKind::TimedOut) => {
                // Something answered; the server is there again.
                it.quiet_until = 0;
            }
            Err(_) => {}
        }
    }

    /// Whether a request keeps to the bounds (GUARANTEES.md, 12).
    pub(crate) fn check_load(&mut self, device: usize, tab: usize) {
        let it = &mut self.devices[device].tabs[tab];
        it.in_flight += 1;
        let (in_flight, quiet_until) = (it.in_flight, it.quiet_until);
        let allowed = 12 + (self.now - it.opened_at) / 1_000 + it.writes_confirmed + it.hints;
        let retries = it.retries;
        if in_flight > strikethrough::sync::retry::MOST_IN_FLIGHT {
            self.fail(Check::InFlight, format!("{in_flight} requests at once"));
        }
        if self.now < quiet_until && self.now >= self.devices[device].impatient_until {
            self.fail(
                Check::RetryAfter,
                format!("sent {} ms too early", quiet_until - self.now),
            );
        }
        if retries > allowed {
            self.fail(
                Check::Retries,
                format!("{retries} retries, and {allowed} are allowed"),
            );
        }
    }
}

fn short(answer: &Result<Reply, ApiError>) -> String {
    match answer {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => format!("{:?} {}", error.kind, error.status.unwrap_or(0)),
    }
}
