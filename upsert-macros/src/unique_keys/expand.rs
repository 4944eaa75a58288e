//! From tables to implementations of `UniqueKeys`.
//!
//! ```text
//! impl UniqueKeys for schema::users::table {
//!     const KEYS: &'static [UniqueKey] = &[Probe::PRIMARY_KEY, UniqueKey { .. }, ..];
//! }
//! ```

use std::sync::atomic::{AtomicBool, Ordering};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::model::{Backends, Claimed, Declaration, Declared, LeftOut, Place, Table};
use super::sought::{must_have, sought_column, with_stand_in};
use crate::errors::Errors;
use crate::tokens::{located, respanned};
use upsert_schema::{Dialect, Element, Kind, Null};

pub(super) fn declaration(declaration: &Declaration, errors: Errors) -> TokenStream {
    let broken = !errors.is_empty();
    let tables = declaration
        .tables
        .iter()
        .map(|table| implementation(&declaration.krate, table, broken));
    let said = broken.then(|| self::broken(&declaration.krate));
    let claimed = declaration.claimed.iter().filter(|_| !broken);
    let claimed = claimed.map(|table| claim(&declaration.krate, table));
    // A change of a file is a change of the crate.
    let files = &declaration.files;
    let errors = errors.into_compile_errors();
    let verify = declaration
        .verify
        .as_ref()
        .map(|name| verify(declaration, name));
    quote! {
        #(#tables)*
        #(#claimed)*
        #said
        #verify
        #(const _: &[::core::primitive::u8] = ::core::include_bytes!(#files);)*
        #errors
    }
}

/// Lets `upsert!` know that a declaration of the crate is broken, of whatever tables that is. Of
/// two of these the compiler could not choose one, so that a crate, which is one process, has one.
fn broken(krate: &TokenTree) -> Option<TokenStream> {
    static SAID: AtomicBool = AtomicBool::new(false);
    (!SAID.swap(true, Ordering::Relaxed)).then(|| {
        quote! {
            const _: () = {
                struct Here;
                impl #krate::__private::Broken<Here> for () {}
            };
        }
    })
}

/// With `broken`, there are errors, and `upsert!` is to accept any target: no errors that follow
/// from errors.
fn implementation(krate: &TokenTree, table: &Table, broken: bool) -> TokenStream {
    match &table.place {
        Place::Path(path) => {
            let path = respanned(path);
            let keys = keys(krate, table, &quote!(#path), broken);
            let columns = columns(krate, &quote!(#path));
            let must_have = (!broken).then(|| must_have(krate, table, &quote!(#path)));
            quote! {
                #[allow(non_local_definitions)]
                impl #krate::__private::UniqueKeys for #path::table {
                    const KEYS: &'static [#krate::__private::UniqueKey] = #keys;
                    #columns
                    const LASTS: ::core::primitive::bool = {
                        #[allow(unused_imports)]
                        use #krate::__private::NumbersRunOut as _;
                        <#krate::__private::NumbersOf<#krate::__private::PrimaryKeyType<#path::table>>>::LAST
                    };
                }
                const _: () = {
                    #must_have
                    let _ = <#path::table as #krate::__private::UniqueKeys>::KEYS;
                };
            }
        }
        Place::Sought { .. } => sought(krate, table, broken),
    }
}

/// An implementation for a table that may not be there.
fn sought(krate: &TokenTree, table: &Table, broken: bool) -> TokenStream {
    let Place::Sought {
        schema,
        modules,
        sql: (sql_schema, name),
        missing,
        another,
    } = &table.place
    else {
        return TokenStream::new();
    };
    let schema = &respanned(schema);
    let path = quote!(#(#modules)::*);
    let keys = keys(krate, table, &path, broken);
    let span = modules.last().map_or_else(Span::call_site, Ident::span);
    let columns = quote!(<#krate::__private::Probe<#path::table>>::COLUMNS);
    let krate_there = located(krate, span);
    let must_exist = (!broken)
        .then(|| quote_spanned!(span=> #krate_there::__private::must_exist(#columns, #missing);));
    let case = table
        .keys
        .iter()
        .all(|key| key.dialect == Dialect::Postgres);
    let must_be_called = (!broken).then(|| {
        let named = quote! {{
            use #krate::__private::Unnamed as _;
            <#krate::__private::Named<#path::table>>::NAME
        }};
        let is_default = sql_schema.is_none();
        quote_spanned! {span=>
            if #columns.is_some() {
                #krate_there::__private::must_be_called(#named, #is_default, #name, #case, #another);
            }
        }
    });
    let must_have = (!broken).then(|| must_have(krate, table, &path));
    let all = self::columns(krate, &path);
    let inner = quote! {
        use #krate::__private::ProbeNothing as _;
        impl #krate::__private::UniqueKeys for #path::table {
            const KEYS: &'static [#krate::__private::UniqueKey] = #keys;
            #all
            const SOURCE: #krate::__private::Source = #krate::__private::Source::Migrations;
        }
        #must_exist
        #must_be_called
        #must_have
        let _ = <#path::table as #krate::__private::UniqueKeys>::KEYS;
    };
    let block = with_stand_in(schema, modules, &inner);
    quote! {
        #[allow(non_local_definitions)]
        const _: () = #block;
    }
}

/// That nobody has looked for the primary key of a table, which may not be there.
fn claim(krate: &TokenTree, table: &Claimed) -> TokenStream {
    let Claimed {
        schema,
        modules,
        why,
    } = table;
    let inner = quote! {
        impl #krate::__private::Claimed for #(#modules)::*::table {
            const WHY: &'static ::core::primitive::str = #why;
        }
    };
    let block = with_stand_in(&respanned(schema), modules, &inner);
    quote! {
        #[allow(non_local_definitions)]
        const _: () = #block;
    }
}

/// The function that compares all keys with those of a live database.
fn verify(declaration: &Declaration, name: &Ident) -> TokenStream {
    let krate = &declaration.krate;
    let mut bounds = vec![quote!(#krate::__private::Catalogue)];
    let mut differences = Vec::new();
    for table in &declaration.tables {
        differences.push(match &table.place {
            Place::Path(path) => {
                let path = respanned(path);
                bounds.push(quote!(#krate::__private::CatalogueOf<#path::table>));
                quote!(#krate::__private::differences::<#path::table>(conn)?)
            }
            Place::Sought {
                schema,
                modules,
                sql: (sql_schema, sql_name),
                ..
            } => {
                let keys = quote! {
                    use #krate::__private::DeclaredNothing as _;
                    <#krate::__private::Declared<#(#modules)::*::table>>::KEYS
                };
                let keys = with_stand_in(&respanned(schema), modules, &keys);
                let sql_schema = option(sql_schema.as_ref());
                quote!(#krate::__private::differences_of(conn, #sql_schema, #sql_name, #keys)?)
            }
        });
    }
    quote! {
        /// Compares the unique keys that are declared here with those of a live database.
        ///
        /// # Errors
        ///
        /// Where they differ: all differences of all tables. Where the database could not be asked.
        pub fn #name(
            conn: &mut impl #krate::__private::diesel::connection::LoadConnection<
                Backend: #(#bounds)+*,
            >,
        ) -> ::core::result::Result<(), #krate::__private::VerifyError> {
            let mut found = #krate::__private::Vec::new();
            #(found.extend(#differences);)*
            #krate::__private::VerifyError::unless_empty(found)
        }
    }
}

/// All columns of a table.
fn columns(krate: &TokenTree, path: &TokenStream) -> TokenStream {
    quote! {
        const COLUMNS: ::core::option::Option<&'static [#krate::__private::KeyColumn]> = {
            #[allow(unused_imports)]
            use #krate::__private::ProbeNothing as _;
            <#krate::__private::Probe<#path::table>>::COLUMNS
        };
    }
}

/// The list of a table's keys.
fn keys(krate: &TokenTree, table: &Table, path: &TokenStream, broken: bool) -> TokenStream {
    let keys = table.keys.iter().map(|key| self::key(krate, key, path));
    let Backends {
        postgres,
        sqlite,
        mysql,
    } = table.primary_key;
    let primary = (postgres || sqlite || mysql).then(|| {
        let backends = backends(krate, table.primary_key);
        quote! {
            {
                use #krate::__private::ProbeNothing as _;
                <#krate::__private::Probe<#path::table, _>>::PRIMARY_KEY.on(#backends)
            },
        }
    });
    if broken {
        return quote!(&[#krate::__private::UniqueKey::UNKNOWN]);
    }
    quote!(&[#primary #(#keys),*])
}

fn key(krate: &TokenTree, declared: &Declared, path: &TokenStream) -> TokenStream {
    let key = &declared.key;
    let kind = match key.kind {
        Kind::PrimaryKey => quote!(PrimaryKey),
        Kind::Constraint => quote!(Constraint),
        Kind::Index => quote!(Index),
    };
    let reads = &key.reads;
    let column = |name: &str, written: Option<&Ident>, null: &Null| {
        let column = match written {
            Some(written) => quote!(#krate::__private::KeyColumn::of(#path::#written)),
            None => sought_column(krate, declared, path, name),
        };
        let is = |names: &[String]| names.iter().any(|other| other == name);
        let ruled_out = match null {
            Null::Of(columns) => !is(columns),
            Null::Unknown => false,
        };
        let never_null = if ruled_out {
            Some(quote!(.never_null()))
        } else if is(&reads.never_null) {
            Some(quote!(.never_null_in_the_index()))
        } else {
            None
        };
        // Where the migrations do not know it, it can be: `table!` may be wrong.
        let of = key.nullable.iter().find(|(of, _)| of == name);
        let can_be_null = of.is_some_and(|(_, nullable)| *nullable != Some(false));
        let is_null = of.is_some_and(|(_, nullable)| *nullable == Some(true));
        let default = match declared.left_out(name) {
            LeftOut::Harmless => None,
            LeftOut::NullOrDefault if is_null => None,
            LeftOut::Default | LeftOut::NullOrDefault => Some(quote!(.with_default())),
        };
        let numbered =
            (declared.dialect == Dialect::Mysql && !declared.origin.is_empty()).then(|| {
                let numbered = if is(&key.increments) {
                    quote!(Forever)
                } else if is(&key.run_out) {
                    quote!(Limited)
                } else {
                    quote!(No)
                };
                quote!(.numbered(#krate::__private::Numbered::#numbered))
            });
        let nullable = can_be_null.then(|| quote!(.nullable()));
        let computed = key.computed.iter().find(|(computed, _)| computed == name);
        let computed = computed.map(|(_, from)| quote!(.computed_from(&[#(#from),*])));
        let set_at_update = is(&key.set_at_update).then(|| quote!(.set_at_update()));
        let other_names = (!key.other_names.is_empty()).then(|| {
            let names = &key.other_names;
            quote!(.also_called(&[#(#names),*]))
        });
        quote!(#column #nullable #default #never_null #numbered #computed #set_at_update #other_names)
    };
    let elements = key
        .elements
        .iter()
        .zip(&reads.elements)
        .zip(&declared.written);
    let elements = elements.map(|((element, (columns, null)), written)| {
        let sql = match element {
            Element::Column(name) => {
                let column = column(name, written.as_ref(), null);
                return quote!(#krate::__private::KeyElement::Column(#column));
            }
            Element::Prefix(name, length) => format!("{name}({length})"),
            Element::Expression(sql) => sql.as_element(),
        };
        let columns = columns.iter().map(|name| column(name, None, null));
        let nulls = match null {
            Null::Of(columns) => {
                let columns = columns
                    .iter()
                    .map(|name| sought_column(krate, declared, path, name));
                quote!(Of(&[#(#columns.name),*]))
            }
            Null::Unknown => quote!(Unknown),
        };
        quote! {
            #krate::__private::KeyElement::expression(
                #sql,
                &[#(#columns),*],
                #krate::__private::Nulls::#nulls,
            )
        }
    });
    let name = key.name.as_ref().map(|name| quote!(.called(#name)));
    let predicate = key.predicate.as_ref().map(|sql| &sql.0);
    let predicate = predicate.map(|sql| quote!(.only_where(#sql)));
    let nulls = key
        .nulls_not_distinct
        .then(|| quote!(.nulls_not_distinct()));
    let backends = backends(krate, declared.backends);
    quote! {{
        const KEY: #krate::__private::UniqueKey = #krate::__private::UniqueKey::new(
            #krate::__private::KeyKind::#kind,
            &[#(#elements),*],
        ) #name #predicate #nulls .on(#backends);
        KEY.if_whole()
    }}
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn backends(krate: &TokenTree, backends: Backends) -> TokenStream {
    let Backends {
        postgres,
        sqlite,
        mysql,
    } = backends;
    if backends == Backends::ALL {
        return quote!(#krate::__private::Backends::ALL);
    }
    let one = |there: bool, name: &str| {
        let name = Ident::new(name, Span::call_site());
        there.then(|| quote!(.union(#krate::__private::Backends::#name)))
    };
    let postgres = one(postgres, "POSTGRES");
    let sqlite = one(sqlite, "SQLITE");
    let mysql = one(mysql, "MYSQL");
    quote!(#krate::__private::Backends::NONE #postgres #sqlite #mysql)
}
