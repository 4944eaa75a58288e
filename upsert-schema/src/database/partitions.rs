//! PostgreSQL's partitions: each has the keys of its table, as indexes of its own. And how tables
//! and keys go away.

use crate::change::{Column, Name, NewKey};
use crate::database::table::{HeldKey, TableState};
use crate::database::{Database, naming};
use crate::{Dialect, Kind, Position};

impl Database {
    /// A table, all its partitions, and all that inherit its columns.
    pub(crate) fn family(&mut self, at: usize) -> Vec<&mut TableState> {
        let ids = self.ids(at);
        self.tables
            .iter_mut()
            .filter(|table| ids.contains(&table.id))
            .collect()
    }

    fn ids(&self, at: usize) -> Vec<u64> {
        let mut ids: Vec<u64> = self
            .tables
            .get(at)
            .map(|table| table.id)
            .into_iter()
            .collect();
        let mut next = 0;
        while let Some(id) = ids.get(next).copied() {
            let children = self
                .tables
                .iter()
                .filter(|table| table.parent == Some(id) || table.inherits.contains(&id))
                .map(|table| table.id);
            let new: Vec<u64> = children.filter(|child| !ids.contains(child)).collect();
            ids.extend(new);
            next += 1;
        }
        ids
    }

    /// The table goes, and with it its partitions and what inherits from it.
    pub(crate) fn remove_table(&mut self, at: usize) {
        let ids = self.ids(at);
        let dropped = self.tables.iter();
        let dropped = dropped.filter(|table| ids.contains(&table.id) && !table.temporary);
        self.dropped.extend(
            dropped.map(|table| (table.schema.clone(), table.name.clone(), table.at.clone())),
        );
        self.tables.retain(|table| !ids.contains(&table.id));
    }

    /// The key goes, and what is part of it.
    pub(crate) fn remove_key(&mut self, table: usize, key: usize) {
        let Some(id) = self
            .tables
            .get(table)
            .and_then(|table| table.keys.get(key))
            .map(|held| held.id)
        else {
            return;
        };
        let mut ids = vec![id];
        let mut next = 0;
        while let Some(id) = ids.get(next).copied() {
            let held = self.tables.iter().flat_map(|table| &table.keys);
            let new: Vec<u64> = held
                .filter(|held| held.parent == Some(id))
                .map(|held| held.id)
                .filter(|id| !ids.contains(id))
                .collect();
            ids.extend(new);
            next += 1;
        }
        for table in &mut self.tables {
            table.keys.retain(|held| !ids.contains(&held.id));
        }
    }

    /// Gives a new key of a table to its partitions.
    pub(crate) fn spread(&mut self, at: usize, key: u64) {
        let Some(table) = self.tables.get(at) else {
            return;
        };
        let Some(held) = table
            .keys
            .iter()
            .find(|held| held.id == key)
            .filter(|held| held.key.index)
        else {
            return;
        };
        let (id, held) = (table.id, held.clone());
        let children: Vec<usize> = self
            .tables
            .iter()
            .enumerate()
            .filter(|(_, table)| table.parent == Some(id))
            .map(|(at, _)| at)
            .collect();
        for child in children {
            self.inherit(child, &held, held.at.clone());
        }
    }

    /// Makes `child` a partition of `parent`.
    pub(crate) fn attach(&mut self, parent: usize, child: usize, position: &Position) {
        // A table that were its own ancestor would have no end.
        if self.dialect != Dialect::Postgres
            || self
                .ids(child)
                .iter()
                .any(|id| self.tables.get(parent).is_some_and(|table| table.id == *id))
        {
            return;
        }
        let Some(table) = self.tables.get(parent) else {
            return;
        };
        let (id, keys) = (table.id, table.keys.clone());
        if let Some(child) = self.tables.get_mut(child) {
            child.parent = Some(id);
        }
        for held in keys.iter().filter(|held| held.key.index) {
            self.inherit(child, held, position.clone());
        }
    }

    fn inherit(&mut self, child: usize, from: &HeldKey, position: Position) {
        let (id, dialect) = (self.new_id(), self.dialect);
        let Some(table) = self.tables.get_mut(child) else {
            return;
        };
        let alike = table.keys.iter_mut().find(|held| {
            held.parent.is_none()
                && held.key.index
                // A unique constraint does for a primary key, and the other way round.
                && (held.key.kind != Kind::Index || from.key.kind == Kind::Index)
                && held.key.is_same(&from.key, dialect)
        });
        if let Some(alike) = alike {
            alike.parent = Some(from.id);
            return;
        }
        let mut key = NewKey {
            name: None,
            only: false,
            ..from.key.clone()
        };
        let (name, schema) = (table.name.clone(), table.schema.clone());
        key.name = naming::postgres(&name, &key, |name| self.taken(&schema, name));
        if let Some(table) = self.tables.get_mut(child) {
            let held = HeldKey {
                key,
                at: position,
                id,
                parent: Some(from.id),
            };
            table.hold(held, self.dialect);
        }
        self.spread(child, id);
    }

    /// Its columns are those of `parent`, too: they stay when that drops them, but have their names
    /// from there.
    pub(crate) fn inherit_from(&mut self, at: usize, parent: &Name) {
        let Some(parent) = self.find(parent).filter(|parent| *parent != at) else {
            return;
        };
        let Some(parent) = self.tables.get(parent) else {
            return;
        };
        let (id, columns) = (parent.id, parent.columns.clone());
        if let Some(table) = self.tables.get_mut(at) {
            table.inherits.push(id);
            // Their defaults are its own.
            let columns = columns.into_iter().map(|column| Column {
                default: false,
                computed: None,
                ..column
            });
            table.columns.extend(columns);
        }
    }

    /// Makes a table of a partition, with the keys that it has.
    pub(crate) fn detach(&mut self, child: usize) {
        if let Some(table) = self.tables.get_mut(child) {
            table.parent = None;
            for held in &mut table.keys {
                held.parent = None;
            }
        }
    }
}
