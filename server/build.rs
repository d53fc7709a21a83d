//! Migrations are compiled in; a file that is new among them must lead to a new build.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
