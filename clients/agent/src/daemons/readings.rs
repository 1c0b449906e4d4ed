//! What a sensor's own program measures: rows that it appends to a file, or prints when it is run.
//!
//! A row that cannot be read is counted by the reason, and holds up no other.

use std::{
	collections::BTreeMap,
	io::{Read, Seek, SeekFrom},
	path::{Path, PathBuf},
	process::Stdio,
	time::Duration,
};

use anyhow::{anyhow, Context, Result};
use substation_sdk::failure::Failure;
use tokio::{
	process::Command,
	sync::mpsc::{error::TrySendError, Sender},
};

/// How often a file is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Bytes of it that are read at a time.
const MOST_BYTES: u64 = 256 * 1_024;
/// Bytes that a command prints at the most.
const MOST_PRINTED: usize = 16 * 1_024;

/// Where a device that measures has its readings from.
#[derive(Clone, Debug, clap::Args)]
pub struct ReadingsOptions {
	/// A CSV file that something else appends readings to, where the network pays for sensing. Rows that are there at the start do not count.
	#[arg(long, value_name = "FILE", conflicts_with = "command")]
	pub readings: Option<PathBuf>,
	/// A command that prints a reading when it is run, in its last line.
	#[arg(long, value_name = "COMMAND")]
	pub command: Option<String>,
	/// Columns of a row, by name or by number from 1, one for each channel. The last ones, if left out.
	#[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
	pub columns: Vec<String>,
	/// By what a number is multiplied to be in the network's unit: 20, if a row says micrograms and the network counts in twentieths of one.
	#[arg(long, default_value_t = 1.0)]
	pub scale: f64,
	/// Seconds between two runs of the command.
	#[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
	pub every: u64,
}

/// One value for each channel, in the network's unit; or why a row is left out.
pub(super) type Row = Result<Vec<i16>, &'static str>;

/// How rows are read.
#[derive(Clone, Debug)]
struct Form {
	channels: usize,
	columns: Vec<String>,
	scale: f64,
}

/// Where readings come from.
pub(super) struct Readings {
	form: Form,
	from: From,
}

enum From {
	File(Tail),
	Command { command: String, every: Duration },
}

impl Readings {
	/// What is said, for a network with so many channels.
	pub(super) fn of(options: &ReadingsOptions, channels: usize) -> Result<Self> {
		let wrong = |text: String| anyhow!(Failure::Arguments(text));
		if !options.columns.is_empty() && options.columns.len() != channels {
			let named = options.columns.len();
			return Err(wrong(format!(
				"the network measures {channels} values, and --columns names {named}"
			)));
		}
		if !options.scale.is_finite() || options.scale == 0.0 {
			return Err(wrong("--scale is a number, and not 0".into()));
		}
		let form = Form { channels, columns: options.columns.clone(), scale: options.scale };
		let from = match (&options.readings, &options.command) {
			(Some(path), None) => From::File(Tail::new(path)),
			(None, Some(command)) => {
				From::Command { command: command.clone(), every: Duration::from_secs(options.every) }
			}
			_ => {
				return Err(wrong(
					"the network pays for sensing: say where readings come from, with --readings FILE or --command COMMAND"
						.into(),
				))
			}
		};
		Ok(Self { form, from })
	}

	/// Values of a row.
	pub(super) fn channels(&self) -> usize {
		self.form.channels
	}

	/// Hands rows over, for ever. What nobody takes meanwhile is lost.
	pub(super) async fn run(mut self, rows: Sender<Row>) {
		loop {
			let read = match &mut self.from {
				From::File(tail) => {
					tokio::time::sleep(LOOK).await;
					match tail.read() {
						Ok((header, lines)) => lines
							.iter()
							.map(|line| self.form.row(header.as_deref(), line))
							.collect(),
						Err(_) => vec![Err("the file cannot be read")],
					}
				}
				From::Command { command, every } => {
					let started = tokio::time::Instant::now();
					let printed = printed(command, *every).await;
					let row = printed.and_then(|line| self.form.row(None, &line));
					// One after the other, and each at its time.
					match rows.try_send(row) {
						Err(TrySendError::Closed(_)) => return,
						Ok(()) | Err(TrySendError::Full(_)) => (),
					}
					tokio::time::sleep_until(started + *every).await;
					Vec::new()
				}
			};
			for row in read {
				if let Err(TrySendError::Closed(_)) = rows.try_send(row) {
					return;
				}
			}
		}
	}
}

/// The last line that a command prints. It is stopped if it takes longer than it has.
async fn printed(command: &str, patience: Duration) -> Result<String, &'static str> {
	let mut run = Command::new("sh");
	run.args(["-c", command]).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
	let ended = tokio::time::timeout(patience, run.output()).await;
	let ended = ended.map_err(|_| "the command takes too long")?;
	let ended = ended.map_err(|_| "the command cannot be run")?;
	if !ended.status.success() {
		return Err("the command has failed");
	}
	let from = ended.stdout.len().saturating_sub(MOST_PRINTED);
	let text = String::from_utf8_lossy(ended.stdout.get(from..).unwrap_or_default()).into_owned();
	let line = text.lines().rev().find(|line| !line.trim().is_empty());
	line.map(Into::into).ok_or("the command prints nothing")
}

/// A file that grows.
struct Tail {
	path: PathBuf,
	/// Its first line.
	header: Option<String>,
	/// Bytes that were read; none before it was looked at.
	read: Option<u64>,
}

impl Tail {
	fn new(path: &Path) -> Self {
		let mut tail = Self { path: path.into(), header: None, read: None };
		// What is there already is old. A file that comes later is new from its first row on.
		if let Ok(length) = std::fs::metadata(path).map(|file| file.len()) {
			tail.read = Some(length);
		}
		tail
	}

	/// The first line, and the lines that are new, of which each has ended.
	fn read(&mut self) -> Result<(Option<String>, Vec<String>)> {
		let mut file = match std::fs::File::open(&self.path) {
			Ok(file) => file,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
				// It begins anew when it comes.
				(self.read, self.header) = (None, None);
				return Ok((None, Vec::new()));
			}
			Err(error) => return Err(error).context("the file cannot be opened"),
		};
		let length = file.metadata()?.len();
		// One that has become shorter is another one.
		let mut from = self.read.unwrap_or(0);
		if from > length {
			(from, self.header) = (0, None);
		}
		if self.header.is_none() && length > 0 {
			let mut first = Vec::new();
			file.by_ref().take(4_096).read_to_end(&mut first)?;
			if let Some(end) = first.iter().position(|byte| *byte == b'\n') {
				first.truncate(end);
				let text = String::from_utf8_lossy(&first).into_owned();
				self.header = Some(text.trim_start_matches('\u{feff}').trim_end().into());
			}
		}
		file.seek(SeekFrom::Start(from))?;
		let mut bytes = Vec::new();
		file.take(MOST_BYTES).read_to_end(&mut bytes)?;
		let is_long = bytes.len() as u64 == MOST_BYTES;
		let end = bytes.iter().rposition(|byte| *byte == b'\n').map(|end| end + 1);
		// A line without an end is no line yet; one that never ends is none at all.
		let end = end.unwrap_or(if is_long { bytes.len() } else { 0 });
		bytes.truncate(end);
		self.read = Some(from + end as u64);
		let text = String::from_utf8_lossy(&bytes).into_owned();
		let lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').to_string());
		let skip = usize::from(from == 0 && self.header.as_deref().is_some_and(is_header));
		Ok((self.header.clone(), lines.skip(skip).collect()))
	}
}

/// By what a row's fields are parted.
fn mark(line: &str) -> u8 {
	[b';', b'\t', b',']
		.into_iter()
		.find(|mark| line.bytes().any(|byte| byte == *mark))
		.unwrap_or(b' ')
}

fn fields(line: &str, mark: u8) -> Vec<String> {
	if mark == b' ' {
		return line.split_whitespace().map(Into::into).collect();
	}
	let mut reader = csv::ReaderBuilder::new()
		.delimiter(mark)
		.has_headers(false)
		.flexible(true)
		.trim(csv::Trim::All)
		.from_reader(line.as_bytes());
	let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
	record.iter().map(Into::into).collect()
}

/// Whether a line says what columns are called: none of its fields is a number.
fn is_header(line: &str) -> bool {
	let fields = fields(line, mark(line));
	!fields.is_empty() && fields.iter().all(|field| field.parse::<f64>().is_err())
}

impl Form {
	/// A row's values.
	fn row(&self, header: Option<&str>, line: &str) -> Row {
		let mark = mark(line);
		let fields = fields(line, mark);
		if fields.iter().all(String::is_empty) {
			return Err("an empty line");
		}
		let names =
			header.map(|header| self::fields(header, self::mark(header))).unwrap_or_default();
		let place = |column: &String| {
			let named = names.iter().position(|name| name == column);
			named.or_else(|| column.parse::<usize>().ok()?.checked_sub(1))
		};
		let places: Option<Vec<usize>> = match self.columns.is_empty() {
			true => {
				fields.len().checked_sub(self.channels).map(|from| (from..fields.len()).collect())
			}
			false => self.columns.iter().map(place).collect(),
		};
		let places = places.ok_or("a row without these columns")?;
		let value = |place: &usize| {
			let field = fields.get(*place).ok_or("a row without these columns")?;
			// Where fields are not parted by commas, one may be a decimal mark.
			let field = if mark == b',' { field.clone() } else { field.replacen(',', ".", 1) };
			let number: f64 = field.parse().map_err(|_| "not a number")?;
			let scaled = (number * self.scale).round();
			// The least of all says that there is none.
			match scaled.abs() <= f64::from(i16::MAX) {
				true => Ok(scaled as i16),
				false => Err("out of range"),
			}
		};
		places.iter().map(value).collect()
	}
}

/// Rows that were left out, by reason.
#[derive(Default)]
pub(super) struct LeftOut(BTreeMap<&'static str, u32>);

impl LeftOut {
	pub(super) fn note(&mut self, reason: &'static str) {
		*self.0.entry(reason).or_default() += 1;
	}

	/// What was left out since this was asked last, in words.
	pub(super) fn take(&mut self) -> Option<String> {
		let all = std::mem::take(&mut self.0);
		let words: Vec<_> = all.iter().map(|(reason, times)| format!("{times} {reason}")).collect();
		(!words.is_empty()).then(|| format!("rows left out: {}", words.join(", ")))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::io::Write;

	fn form(columns: &[&str]) -> Form {
		let columns = columns.iter().map(|column| column.to_string()).collect();
		Form { channels: 2, columns, scale: 20.0 }
	}

	#[test]
	fn rows_are_read_as_people_have_them() {
		let read = |line: &str| form(&[]).row(None, line);
		for line in [
			"2019-05-07T00:01:16,5.25,10",
			"2019-05-07T00:01:16;5.25;10.0",
			"2019-05-07T00:01:16;5,25;10,0",
			"5.25 10",
			"  5.25\t10\r",
			"\"a, b\",\"5.25\",\"10\"",
		] {
			assert_eq!(read(line), Ok(vec![105, 200]), "{line}");
		}
		for (line, reason) in [
			("", "an empty line"),
			(";;", "an empty line"),
			("5", "a row without these columns"),
			("a,b", "not a number"),
			("5,nan", "out of range"),
			("5,inf", "out of range"),
			("5,1639", "out of range"),
			("5,-1639", "out of range"),
		] {
			assert_eq!(read(line), Err(reason), "{line}");
		}
		assert_eq!(read("1638.35,-1638.35"), Ok(vec![i16::MAX, -i16::MAX]));
	}

	#[test]
	fn columns_are_named_or_numbered() {
		let head = "sensor_id;P1;durP1;P2";
		let named = form(&["P2", "P1"]);
		assert_eq!(named.row(Some(head), "7;10;;5"), Ok(vec![100, 200]));
		assert_eq!(form(&["4", "2"]).row(Some(head), "7;10;;5"), Ok(vec![100, 200]));
		assert_eq!(named.row(Some("a;b"), "1;2"), Err("a row without these columns"));
		assert_eq!(form(&["9", "1"]).row(None, "1;2"), Err("a row without these columns"));
		assert_eq!(form(&["0", "1"]).row(None, "1;2"), Err("a row without these columns"));
	}

	#[test]
	fn a_file_that_grows_is_read_row_by_row_and_from_the_start_when_it_begins_anew() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("readings.csv");
		let append = |text: &str| {
			let mut file =
				std::fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
			file.write_all(text.as_bytes()).unwrap();
		};
		append("time,P1\r\n0,1\r\n");
		let mut tail = Tail::new(&path);
		let mut lines = || tail.read().unwrap();
		assert_eq!(lines(), (Some("time,P1".into()), vec![]), "what was there is old");
		append("1,2\n2,");
		assert_eq!(lines().1, ["1,2"]);
		append("3\n4,5\n");
		assert_eq!(lines().1, ["2,3", "4,5"]);
		// A shorter one is another one, with another header.
		std::fs::write(&path, "\u{feff}time,P2\n7,8\n").unwrap();
		assert_eq!(lines(), (Some("time,P2".into()), vec!["7,8".into()]));
		std::fs::remove_file(&path).unwrap();
		assert_eq!(lines(), (None, vec![]));
		std::fs::write(&path, "9,9\n").unwrap();
		assert_eq!(lines().1, ["9,9"], "a first row of numbers is a row");
	}

	#[tokio::test]
	async fn a_command_that_fails_is_told_from_one_that_prints() {
		let patience = Duration::from_secs(5);
		assert_eq!(printed("echo warming up; echo 1 2; echo", patience).await, Ok("1 2".into()));
		assert_eq!(printed("true", patience).await, Err("the command prints nothing"));
		assert_eq!(printed("echo 1; exit 3", patience).await, Err("the command has failed"));
		let slow = printed("sleep 30", Duration::from_millis(50)).await;
		assert_eq!(slow, Err("the command takes too long"));
	}

	#[test]
	fn what_is_left_out_is_counted_until_it_is_told() {
		let mut left_out = LeftOut::default();
		assert_eq!(left_out.take(), None);
		["not a number", "an empty line", "not a number"]
			.into_iter()
			.for_each(|one| left_out.note(one));
		assert_eq!(left_out.take().unwrap(), "rows left out: 1 an empty line, 2 not a number");
		assert_eq!(left_out.take(), None);
	}
}
