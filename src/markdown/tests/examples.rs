//! What becomes of each construct.

use crate::markdown::{Event, parse};

/// Events as a person would write them: `p(text em(more))`, with the attributes that say something.
fn outline(source: &str) -> String {
    let mut outline = String::new();
    for event in parse(source).unwrap() {
        match event {
            Event::Open(element) => {
                if !outline.is_empty() && !outline.ends_with('(') {
                    outline.push(' ');
                }
                outline.push_str(element.name());
                element.attributes(&mut |name, value| {
                    if !["dir", "rel", "target", "type"].contains(&name) {
                        outline.push_str(&format!(".{name}={value}"));
                    }
                });
                outline.push('(');
            }
            Event::Text(text) => outline.push_str(&format!("{text:?}")),
            Event::Close => outline.push(')'),
        }
    }
    outline
}

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(outline(source), expected, "{source}");
}

#[test]
fn blocks() {
    check("", "");
    check("a\nb", r#"p("a\nb")"#);
    check("a  \nb\\\nc", r#"p("a" br()"b" br()"c")"#);
    check("# a\n###### b", r#"h3("a") h6("b")"#);
    check("a\n===\n\n---", r#"h3("a") hr()"#);
    check("> a\n>> b", r#"blockquote(p("a") blockquote(p("b")))"#);
    check(
        "```rust, ignore\na\n\nb\n```",
        r#"div.class=code-language("rust, ignore") pre("a\n\nb\n")"#,
    );
    check("    a http://b.c", r#"pre("a http://b.c")"#);
    check(
        "<div>\n*a*\n</div>",
        r#"pre.class=raw-html("<div>\n*a*\n</div>")"#,
    );
}

#[test]
fn lists() {
    check("- a\n- b", r#"ul(li("a") li("b"))"#);
    check("- a\n\n- b", r#"ul(li(p("a")) li(p("b")))"#);
    check("1. a", r#"ol(li("a"))"#);
    check("7) a\n   - b", r#"ol.start=7(li("a" ul(li("b"))))"#);
    check("0. a", r#"ol.start=0(li("a"))"#);
}

#[test]
fn task_items() {
    check(
        "- [ ] a *b*\n- [x] c\n- d",
        "ul(li.class=task-item(label(input.data-at=3()\"a \" em(\"b\"))) \
         li.class=task-item(label(input.data-at=15.checked=()\"c\")) li(\"d\"))",
    );
    check(
        "- [ ] a\n  - [X] b\n\n- [ ] c\n\n  d",
        "ul(li.class=task-item(p(label(input.data-at=3()\"a\")) ul(li.class=task-item(label(input.data-at=13.checked=()\"b\")))) \
         li.class=task-item(p(label(input.data-at=22()\"c\")) p(\"d\")))",
    );
    check(
        "- [ ] a\n  > b",
        r#"ul(li.class=task-item(label(input.data-at=3()"a") blockquote(p("b"))))"#,
    );
    check(
        "- [ ] a\n  ***",
        r#"ul(li.class=task-item(label(input.data-at=3()"a") hr()))"#,
    );
    check(
        "- [ ] a\n  ---",
        r#"ul(li.class=task-item(h4(label(input.data-at=3()"a"))))"#,
    );
    check("- [ ]", r#"ul(li("[ ]"))"#);
    check("- [ ]\n", r#"ul(li.class=task-item(label(input.data-at=3())))"#);
}

#[test]
fn tables() {
    check(
        "a|b|c|d\n-|:-|:-:|-:\n1|*2*|3|4",
        "table(thead(tr(th.scope=col(\"a\") th.scope=col.class=align-left(\"b\") th.scope=col.class=align-center(\"c\") \
         th.scope=col.class=align-right(\"d\"))) tbody(tr(td(\"1\") td.class=align-left(em(\"2\")) td.class=align-center(\"3\") \
         td.class=align-right(\"4\"))))",
    );
    check("|a|\n|-|", r#"table(thead(tr(th.scope=col("a"))))"#);
}

#[test]
fn within_a_line() {
    check(
        "*a* **b** ~~c~~ `d` <b>",
        r#"p(em("a")" " strong("b")" " del("c")" " code("d")" " span.class=raw-html("<b>"))"#,
    );
    check("&lt;b&gt; &amp;amp; \\*a\\*", r#"p("<b> &amp; *a*")"#);
    check("a[^1]\n\n[^1]: b", r#"p("a" span.class=refused-link("^1" (" bdi("b")")"))"#.replace("\"^1\" (\"", "\"^1\"\" (\"").as_str());
}

#[test]
fn links() {
    check("[a](http://b \"c\")", r#"p(a.href=http://b.title=c("a"))"#);
    check(
        "<https://a> <b@c.d>",
        r#"p(a.href=https://a("https://a")" " a.href=mailto:b@c.d("b@c.d"))"#,
    );
    check(
        "see http://a.b/c_d_e, *www.f.g*",
        "p(\"see \" a.href=http://a.b/c_d_e(\"http://a.b/c_d_e\")\", \" em(a.href=http://www.f.g(\"www.f.g\")))",
    );
    check(
        "`http://a.b` [http://a.b](http://c) x@y.z",
        "p(code(\"http://a.b\")\" \" a.href=http://c(\"http://a.b\")\" \" a.href=mailto:x@y.z(\"x@y.z\"))",
    );
    check(
        "http://a.b/?c&amp;d\\_e",
        r#"p(a.href=http://a.b/?c&d_e("http://a.b/?c&d_e"))"#,
    );
    check("`a`http://b.c", r#"p(code("a")"http://b.c")"#);
    check("[](http://a)", r#"p(a.href=http://a(bdi("http://a")))"#);
}

#[test]
fn refused_links() {
    check(
        "[a](javascript:b \"c\")",
        r#"p(span.class=refused-link.title=c("a"" (" bdi("javascript:b")")"))"#,
    );
    check("[a](/b)", r#"p(span.class=refused-link("a"" (" bdi("/b")")"))"#);
    check("[a]()", r#"p(span.class=refused-link("a"))"#);
    check("[](//a)", r#"p(span.class=refused-link(bdi("//a")))"#);
    check("<xy:z>", r#"p(span.class=refused-link("xy:z"))"#);
    check(
        "[http://good.example](javascript:b)",
        r#"p(span.class=refused-link("http://good.example"" (" bdi("javascript:b")")"))"#,
    );
}

#[test]
fn images() {
    check(
        "![a *b*](http://c/d.png)",
        r#"p(a.href=http://c/d.png.class=image-link("a " em("b")))"#,
    );
    check(
        "![](http://c/d.png)",
        r#"p(a.href=http://c/d.png.class=image-link(bdi("http://c/d.png")))"#,
    );
    check(
        "![a](b.png)",
        r#"p(span.class=refused-link("a"" (" bdi("b.png")")"))"#,
    );
    check("[![a](http://b)](http://c)", r#"p(a.href=http://c("a"))"#);
    check("[![](b.png)](http://c)", r#"p(a.href=http://c(bdi("b.png")))"#);
    check(
        "[![a](http://b)](c)",
        r#"p(span.class=refused-link(a.href=http://b.class=image-link("a")" (" bdi("c")")"))"#,
    );
    check(
        "[![a](b.png)](http://c)",
        r#"p(a.href=http://c("a"" (" bdi("b.png")")"))"#,
    );
    check(
        "![[a](http://b)](http://c)",
        r#"p(a.href=http://c.class=image-link("a"))"#,
    );
}

#[test]
fn links_open_without_telling_who_sent() {
    let Some(Event::Open(link)) = parse("[a](http://b)").unwrap().into_iter().nth(1) else {
        panic!()
    };
    let mut attributes = Vec::new();
    link.attributes(&mut |name, value| attributes.push((name, value.to_owned())));
    assert!(attributes.contains(&("rel", "noopener noreferrer".to_owned())));
}
