//! The sum of all types that a recorded run is made of: it is another one as soon as one of them changes.

use super::bytes::Never;
use super::{LAYOUT, Record, sum};
use serde::de::value::U32Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor};
use std::collections::{BTreeMap, BTreeSet};

type Read<T> = Result<T, Never>;

/// Makes a value and notes what it is made of; another variant of each enum every time.
#[derive(Default)]
struct Tracer {
    /// A line for each struct and each variant.
    lines: BTreeSet<String>,
    /// What of each enum is next, and how many there are.
    next: BTreeMap<&'static str, (u32, usize)>,
    body: String,
}

#[test]
fn the_layout_is_that_of_the_types() {
    let mut tracer = Tracer::default();
    let is_whole = |tracer: &Tracer| tracer.next.values().all(|(next, len)| *next as usize >= *len);
    for pass in 0.. {
        let Ok(_) = Record::deserialize(&mut tracer);
        if pass > 100 && is_whole(&tracer) {
            break;
        }
    }
    assert!(tracer.lines.len() > 100, "{:?}", tracer.lines);
    let lines: Vec<String> = tracer.lines.into_iter().collect();
    let layout = sum(lines.join("\n").as_bytes());
    assert_eq!(
        LAYOUT, layout,
        "what is recorded has changed: LAYOUT in engine/src/record/mod.rs is now {layout:#010x}"
    );
}

impl Tracer {
    fn named<T>(&mut self, name: &str, variant: &str, make: impl FnOnce(&mut Tracer) -> T) -> T {
        let around = std::mem::take(&mut self.body);
        let made = make(self);
        let body = std::mem::replace(&mut self.body, around);
        self.lines.insert(format!("{name} {variant}: {body}"));
        self.note(name);
        made
    }

    fn note(&mut self, name: &str) {
        self.body += name;
        self.body.push(' ');
    }
}

macro_rules! simple {
    ($($name:ident $visit:ident $value:expr;)*) => { $(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.note(stringify!($visit));
            visitor.$visit($value)
        }
    )* };
}

impl<'de> de::Deserializer<'de> for &mut Tracer {
    type Error = Never;

    fn is_human_readable(&self) -> bool {
        false
    }
    simple! {
        deserialize_any visit_bool false;
        deserialize_bool visit_bool false;
        deserialize_i8 visit_i8 0;
        deserialize_i16 visit_i16 0;
        deserialize_i32 visit_i32 0;
        deserialize_i64 visit_i64 0;
        deserialize_u8 visit_u8 0;
        deserialize_u16 visit_u16 0;
        deserialize_u32 visit_u32 0;
        deserialize_u64 visit_u64 0;
        deserialize_f32 visit_f32 0.0;
        deserialize_f64 visit_f64 0.0;
        deserialize_char visit_char 'a';
        deserialize_str visit_str "a";
        deserialize_string visit_str "a";
        deserialize_bytes visit_bytes b"";
        deserialize_byte_buf visit_bytes b"";
        deserialize_identifier visit_str "a";
        deserialize_ignored_any visit_bool false;
    }
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        self.note(name);
        visitor.visit_unit()
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.note("option");
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        self.named(name, "", |tracer| visitor.visit_newtype_struct(tracer))
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.note("list");
        visitor.visit_seq(Parts(self, 1))
    }
    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        panic!("nothing that is recorded is a map")
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Read<V::Value> {
        self.named("tuple", "", |tracer| visitor.visit_seq(Parts(tracer, len)))
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(self, name: &'static str, len: usize, visitor: V) -> Read<V::Value> {
        self.named(name, "", |tracer| visitor.visit_seq(Parts(tracer, len)))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let make = |tracer: &mut Tracer| visitor.visit_seq(Parts(tracer, fields.len()));
        self.named(name, &fields.join(","), make)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let (next, _) = self.next.entry(name).or_insert((0, variants.len()));
        let variant = *next % u32::try_from(variants.len()).expect("a few variants");
        *next += 1;
        let label = format!("{variant} {}", variants[variant as usize]);
        self.named(name, &label, |tracer| visitor.visit_enum(One(tracer, variant)))
    }
}

/// The parts of a struct or a list, so many.
struct Parts<'t>(&'t mut Tracer, usize);

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Never;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.1 == 0 {
            return Ok(None);
        }
        self.1 -= 1;
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// A variant of an enum.
struct One<'t>(&'t mut Tracer, u32);

impl<'de> EnumAccess<'de> for One<'_> {
    type Error = Never;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let variant: U32Deserializer<Never> = self.1.into_deserializer();
        seed.deserialize(variant).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for One<'_> {
    type Error = Never;
    fn unit_variant(self) -> Read<()> {
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self.0)
    }
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Parts(self.0, len))
    }
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.0.note(&fields.join(","));
        visitor.visit_seq(Parts(self.0, fields.len()))
    }
}
