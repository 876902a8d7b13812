//! Reads what `postcard` writes, and can't fail: where bytes are missing or wrong it goes on with zeros, and tells at the end. So none of
//! the code that serde makes for each type has to give up midway, which makes it much smaller, and it is downloaded with every page.

use serde::de::value::U32Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor};
use std::fmt;

/// Lists in lists; values of the API are the only ones of any depth.
const DEEPEST: u32 = 64;
/// Numbers are no larger, so that one may calculate with them.
const LARGEST: i64 = 1 << 53;

/// So many numbers there are without a sign.
const WHOLE: u64 = 1 << 32;

/// Bytes, and how far they are read.
pub(super) struct Bytes<'a> {
    rest: &'a [u8],
    depth: u32,
    is_wrong: bool,
}

/// There is no error of this kind.
#[derive(Debug)]
pub(super) enum Never {}

type Read<T> = Result<T, Never>;

impl<'a> Bytes<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Bytes<'a> {
        Bytes {
            rest: bytes,
            depth: 0,
            is_wrong: false,
        }
    }

    /// The next value; what is wrong in it is told at the end.
    pub(super) fn read<T: Deserialize<'a>>(&mut self) -> T {
        let Ok(value) = T::deserialize(self);
        value
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether all of it was read, and was right.
    pub(super) fn is_right(&self) -> bool {
        self.rest.is_empty() && !self.is_wrong
    }

    /// Whatever follows is not to be read.
    fn give_up(&mut self) {
        (self.rest, self.is_wrong) = (&[], true);
    }

    #[inline(never)]
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else {
            self.is_wrong = true;
            return 0;
        };
        self.rest = rest;
        *first
    }

    #[inline(never)]
    fn varint(&mut self) -> u64 {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return number;
            }
        }
        self.give_up();
        0
    }

    /// A number of milliseconds, of a place, of a thing.
    fn unsigned(&mut self) -> u64 {
        self.below(WHOLE).into()
    }

    #[inline(never)]
    fn signed(&mut self) -> i64 {
        let number = self.varint();
        let number = (number >> 1) as i64 ^ -((number & 1) as i64);
        if number.abs() <= LARGEST {
            return number;
        }
        self.is_wrong = true;
        0
    }

    /// A number below `end`.
    #[inline(never)]
    fn below(&mut self, end: u64) -> u32 {
        let number = self.varint();
        let small = u32::try_from(number).ok().filter(|_| number < end);
        small.unwrap_or_else(|| {
            self.give_up();
            0
        })
    }

    #[inline(never)]
    fn text(&mut self) -> &'a str {
        let length = self.varint();
        let text = usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length));
        let text = text.and_then(|(text, rest)| Some((std::str::from_utf8(text).ok()?, rest)));
        let Some((text, rest)) = text else {
            self.give_up();
            return "";
        };
        self.rest = rest;
        text
    }
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl de::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Never {
        never()
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Never {
        never()
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Never {
        never()
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Never {
        never()
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Never {
        never()
    }
}

#[cold]
#[inline(never)]
fn never() -> ! {
    panic!("what is read is always of the kind that is asked for");
}

/// What a derived type asks for, and nothing else.
macro_rules! never {
    ($($name:ident)*) => { $(
        fn $name<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
            never()
        }
    )* };
}

impl<'de> de::Deserializer<'de> for &mut Bytes<'_> {
    type Error = Never;

    fn is_human_readable(&self) -> bool {
        false
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let truth = self.below(2) == 1;
        visitor.visit_bool(truth)
    }
    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let number = self.signed();
        visitor.visit_i32(number as i32)
    }
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let number = self.signed();
        visitor.visit_i64(number)
    }
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let number = self.below(WHOLE);
        visitor.visit_u32(number)
    }
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let number = self.unsigned();
        visitor.visit_u64(number)
    }
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let number = f64::from_le_bytes(std::array::from_fn(|_| self.byte()));
        visitor.visit_f64(number)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_string(self.text().to_owned())
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_string(self.text().to_owned())
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.below(2) {
            0 => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.varint();
        self.depth += 1;
        if self.depth > DEEPEST {
            self.give_up();
        }
        let items = visitor.visit_seq(Items { bytes: self, left });
        self.depth -= 1;
        items
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Fields(self))
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Fields(self))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_seq(Fields(self))
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let variant = self.below(variants.len() as u64);
        visitor.visit_enum(Variant { bytes: self, variant })
    }
    never! { deserialize_any deserialize_i8 deserialize_i16 deserialize_u8 deserialize_u16 deserialize_f32 deserialize_char
    deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_map deserialize_identifier deserialize_ignored_any }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Read<V::Value> {
        never()
    }
}

/// The fields of a struct: there are always more.
struct Fields<'b, 'a>(&'b mut Bytes<'a>);

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Never;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// The items of a list, as long as there are bytes for them.
struct Items<'b, 'a> {
    bytes: &'b mut Bytes<'a>,
    left: u64,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Never;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.left == 0 {
            return Ok(None);
        }
        if self.bytes.rest.is_empty() {
            self.bytes.is_wrong = true;
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.bytes).map(Some)
    }
}

struct Variant<'b, 'a> {
    bytes: &'b mut Bytes<'a>,
    variant: u32,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Never;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let variant: U32Deserializer<Never> = self.variant.into_deserializer();
        seed.deserialize(variant).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Never;
    fn unit_variant(self) -> Read<()> {
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self.bytes)
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Fields(self.bytes))
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Fields(self.bytes))
    }
}
